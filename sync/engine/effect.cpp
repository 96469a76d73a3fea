#include "sync/engine/effect.h"

namespace settings::sync {
namespace {

struct Awaited {
    char const* operator()(Remember const&) const { return "the store"; }
    char const* operator()(Renew const&) const { return "a new access token"; }
    char const* operator()(Fetch const&) const { return "the server's document"; }
    char const* operator()(Reconcile const&) const { return "the merge"; }
    char const* operator()(Freeze const&) const { return "the store"; }
    char const* operator()(Put const&) const { return "the server's answer to a PUT"; }
    char const* operator()(Delete const&) const { return "the server's answer to a DELETE"; }
    char const* operator()(Settle const&) const { return "the store"; }
    char const* operator()(Reject const&) const { return "the store"; }
};

}  // namespace

char const* awaited(Effect const& effect) { return std::visit(Awaited{}, effect); }

}  // namespace settings::sync
