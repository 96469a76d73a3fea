#include "os/system_folder.h"

#include <gtest/gtest.h>

namespace settings::os {
namespace {

TEST(SystemFolderTest, TellsWhatIsTheSystemsFromWhatIsSomebodys) {
    for (auto const* folder : {"/", "//", "/tmp", "/home", "/home/", "/opt", "/var/lib",
                               "/run/user", "/usr/local/share/x", "/etc/settingsd", "/srv/../var"})
        EXPECT_TRUE(is_system_folder(folder, 0755)) << folder;
    for (auto const* folder : {"/home/ada", "/var/lib/settingsd", "/run/user/1000", "/tmp/settings",
                               "/opt/settingsd", "/srv/a/b"})
        EXPECT_FALSE(is_system_folder(folder, 0755)) << folder;
    EXPECT_TRUE(is_system_folder("/srv/shared", 01777)) << "everybody may write there";
}

}  // namespace
}  // namespace settings::os
