#pragma once

#include "settings/built_with.h"

// The library has parts of Asio in it, compiled in Asio's usual form, and so has the program that
// includes this. The linker takes either for the other without a word, so they must be alike.
#if defined(BOOST_ASIO_NO_DEPRECATED) || defined(BOOST_ASIO_DISABLE_THREADS) ||     \
    defined(BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING) ||                            \
    defined(BOOST_ASIO_ENABLE_HANDLER_TRACKING) || defined(BOOST_ASIO_NO_TYPEID) || \
    defined(BOOST_ASIO_HAS_IO_URING) || defined(BOOST_ASIO_NO_TS_EXECUTORS) ||      \
    defined(BOOST_ASIO_USE_TS_EXECUTOR_AS_DEFAULT)
#error settingsd-client has Asio in its default form; do not define BOOST_ASIO_NO_DEPRECATED and such
#endif
