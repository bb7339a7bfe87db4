/* SPDX-License-Identifier: MIT */
/* The names of error numbers. */
#include "asserts/errno_name.h"
#include <errno.h>
#include <stddef.h>

/* the numbers differ between architectures, the names do not */
#define NAME(error) [error] = #error

static const char *const names[] = {
	[0] = "0",          NAME(EACCES),          NAME(EADDRINUSE),      NAME(EADDRNOTAVAIL),
	NAME(EAFNOSUPPORT), NAME(EAGAIN),          NAME(EALREADY),        NAME(EBADF),
	NAME(EBADMSG),      NAME(EBUSY),           NAME(ECHILD),          NAME(ECONNABORTED),
	NAME(ECONNREFUSED), NAME(ECONNRESET),      NAME(EDESTADDRREQ),    NAME(EDOM),
	NAME(EEXIST),       NAME(EFAULT),          NAME(EHOSTDOWN),       NAME(EHOSTUNREACH),
	NAME(EINPROGRESS),  NAME(EINTR),           NAME(EINVAL),          NAME(EIO),
	NAME(EISCONN),      NAME(EISDIR),          NAME(ELOOP),           NAME(EMFILE),
	NAME(EMLINK),       NAME(EMSGSIZE),        NAME(ENAMETOOLONG),    NAME(ENETDOWN),
	NAME(ENETRESET),    NAME(ENETUNREACH),     NAME(ENFILE),          NAME(ENOBUFS),
	NAME(ENODEV),       NAME(ENOENT),          NAME(ENOMEM),          NAME(ENONET),
	NAME(ENOPROTOOPT),  NAME(ENOSPC),          NAME(ENOSYS),          NAME(ENOTCONN),
	NAME(ENOTDIR),      NAME(ENOTSOCK),        NAME(ENOTTY),          NAME(ENXIO),
	NAME(EOPNOTSUPP),   NAME(EPERM),           NAME(EPFNOSUPPORT),    NAME(EPIPE),
	NAME(EPROTO),       NAME(EPROTONOSUPPORT), NAME(EPROTOTYPE),      NAME(ERANGE),
	NAME(EROFS),        NAME(ESHUTDOWN),       NAME(ESOCKTNOSUPPORT), NAME(ESPIPE),
	NAME(ESRCH),        NAME(ESTALE),          NAME(ETIME),           NAME(ETIMEDOUT),
	NAME(EUSERS),       NAME(EXDEV),
};

const char *ws_errno_name(int error)
{
	if (error < 0 || (size_t)error >= sizeof(names) / sizeof(names[0]) || !names[error])
		return "errno ?";
	return names[error];
}
