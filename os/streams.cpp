#include "os/streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace settings::os {

void open_missing_streams(int access) {
    int descriptor = 0;
    while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = open("/dev/null", access);
    close(descriptor);
}

}  // namespace settings::os
