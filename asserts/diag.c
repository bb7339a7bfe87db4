/* SPDX-License-Identifier: MIT */
/* sock_diag(7) through libmnl: exact look-up, dump, destroy. */
#include "asserts/diag.h"
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>

#ifndef SOCK_DESTROY
#define SOCK_DESTROY 21 /* linux/sock_diag.h since 4.5 */
#endif

/* include/net/tcp_states.h; <netinet/tcp.h> has it too but clashes with <linux/tcp.h> */
enum { LISTEN = 10 };

/* A busy namespace changes under a dump; more tries than this means something else is wrong. */
enum { DUMP_TRIES = 10 };

struct ws_diag {
	struct mnl_socket *netlink;
	unsigned sequence;
};

struct dump {
	struct ws_sock *socks;
	size_t count, room;
};

static void addr_from_diag(struct ws_addr *addr, int family, const __be32 *ip, __be16 port)
{
	struct sockaddr_storage storage = {.ss_family = (sa_family_t)family};

	if (family == AF_INET6) {
		struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;

		memcpy(&v6->sin6_addr, ip, sizeof(v6->sin6_addr));
		v6->sin6_port = port;
	} else {
		struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;

		memcpy(&v4->sin_addr, ip, sizeof(v4->sin_addr));
		v4->sin_port = port;
	}
	ws_addr_from(addr, &storage);
}

static void addr_to_diag(const struct ws_addr *addr, __be32 *ip, __be16 *port)
{
	*port = htons(addr->port);
	if (addr->family == AF_INET6)
		memcpy(ip, &addr->v6, sizeof(addr->v6));
	else
		memcpy(ip, &addr->v4, sizeof(addr->v4));
}

/* An older kernel sends a shorter tcp_info: what it does not know stays 0. */
static void read_tcp_info(struct ws_tcp_info *to, const struct nlattr *attr)
{
	struct tcp_info info = {0};
	size_t length = mnl_attr_get_payload_len(attr);

	memcpy(&info, mnl_attr_get_payload(attr), length < sizeof(info) ? length : sizeof(info));
	*to = (struct ws_tcp_info){
		.retransmits = info.tcpi_retransmits,
		.probes = info.tcpi_probes,
		.backoff = info.tcpi_backoff,
		.options = info.tcpi_options,
		.snd_wscale = info.tcpi_snd_wscale,
		.rcv_wscale = info.tcpi_rcv_wscale,
		.rto = info.tcpi_rto,
		.ato = info.tcpi_ato,
		.snd_mss = info.tcpi_snd_mss,
		.rcv_mss = info.tcpi_rcv_mss,
		.unacked = info.tcpi_unacked,
		.sacked = info.tcpi_sacked,
		.lost = info.tcpi_lost,
		.retrans = info.tcpi_retrans,
		.rtt = info.tcpi_rtt,
		.rttvar = info.tcpi_rttvar,
		.snd_cwnd = info.tcpi_snd_cwnd,
		.snd_ssthresh = info.tcpi_snd_ssthresh,
		.rcv_space = info.tcpi_rcv_space,
		.pmtu = info.tcpi_pmtu,
		.total_retrans = info.tcpi_total_retrans,
		.bytes_acked = info.tcpi_bytes_acked,
		.bytes_received = info.tcpi_bytes_received,
		.segs_out = info.tcpi_segs_out,
		.segs_in = info.tcpi_segs_in,
		.notsent_bytes = info.tcpi_notsent_bytes,
		.min_rtt = info.tcpi_min_rtt,
		.bytes_sent = info.tcpi_bytes_sent,
	};
}

static void read_attributes(const struct nlmsghdr *message, struct ws_sock *sock)
{
	const struct nlattr *attr;

	mnl_attr_for_each (attr, message, sizeof(struct inet_diag_msg)) {
		switch (mnl_attr_get_type(attr)) {
		case INET_DIAG_INFO:
			read_tcp_info(&sock->info, attr);
			sock->has_info = true;
			break;
		case INET_DIAG_CONG:
			strncpy(sock->congestion, mnl_attr_get_str(attr),
				sizeof(sock->congestion) - 1);
			break;
		default:
			break;
		}
	}
}

static int read_sock(const struct nlmsghdr *message, struct ws_sock *sock)
{
	const struct inet_diag_msg *msg = mnl_nlmsg_get_payload(message);

	if (message->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*msg))
		return -EBADMSG;
	*sock = (struct ws_sock){
		.state = msg->idiag_state,
		.rqueue = msg->idiag_rqueue,
		.wqueue = msg->idiag_wqueue,
		.timer = msg->idiag_timer,
		.expires_ms = msg->idiag_expires,
		.retrans = msg->idiag_retrans,
		.inode = msg->idiag_inode,
		.uid = msg->idiag_uid,
		.cookie = ((uint64_t)msg->id.idiag_cookie[1] << 32) | msg->id.idiag_cookie[0],
	};
	addr_from_diag(&sock->local, msg->idiag_family, msg->id.idiag_src, msg->id.idiag_sport);
	addr_from_diag(&sock->remote, msg->idiag_family, msg->id.idiag_dst, msg->id.idiag_dport);
	read_attributes(message, sock);
	return 0;
}

static struct nlmsghdr *put_request(struct ws_diag *diag, char *buffer, uint16_t type,
				    uint16_t flags, int family, struct inet_diag_req_v2 **request)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = ++diag->sequence;
	*request = mnl_nlmsg_put_extra_header(message, sizeof(**request));
	(*request)->sdiag_family = (uint8_t)family;
	(*request)->sdiag_protocol = IPPROTO_TCP;
	(*request)->idiag_ext = (1 << (INET_DIAG_INFO - 1)) | (1 << (INET_DIAG_CONG - 1));
	(*request)->idiag_states = UINT32_MAX;
	(*request)->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	(*request)->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return message;
}

static void put_connection(struct inet_diag_req_v2 *request, const struct ws_addr *local,
			   const struct ws_addr *remote)
{
	addr_to_diag(local, request->id.idiag_src, &request->id.idiag_sport);
	if (remote->family != AF_UNSPEC)
		addr_to_diag(remote, request->id.idiag_dst, &request->id.idiag_dport);
}

static int each_dumped(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	int error;

	if (dump->count == dump->room) {
		size_t room = dump->room ? 2 * dump->room : 16;
		struct ws_sock *bigger = reallocarray(dump->socks, room, sizeof(*bigger));

		if (!bigger) {
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
		dump->socks = bigger;
		dump->room = room;
	}
	error = read_sock(message, &dump->socks[dump->count]);
	if (error) {
		errno = -error;
		return MNL_CB_ERROR;
	}
	dump->count++;
	return MNL_CB_OK;
}

/* Send a request and feed the answers to each_dumped(). mnl_cb_run() turns the kernel's error
 * message into errno, and an interrupted dump (NLM_F_DUMP_INTR) into EINTR. */
static int talk(struct ws_diag *diag, const struct nlmsghdr *message, struct dump *dump)
{
	unsigned port = mnl_socket_get_portid(diag->netlink);
	bool multi = message->nlmsg_flags & NLM_F_DUMP;
	char buffer[32768];
	int status;

	if (mnl_socket_sendto(diag->netlink, message, message->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t length = mnl_socket_recvfrom(diag->netlink, buffer, sizeof(buffer));

		if (length < 0)
			return -errno;
		status =
			mnl_cb_run(buffer, (size_t)length, diag->sequence, port, each_dumped, dump);
	} while (multi && status > MNL_CB_STOP);
	return status < 0 ? -errno : 0;
}

/* After EINTR the rest of the interrupted dump is still queued: read it away. */
static void drain(struct ws_diag *diag)
{
	_Alignas(struct nlmsghdr) char buffer[32768];
	const struct nlmsghdr *message;

	for (;;) {
		ssize_t length = mnl_socket_recvfrom(diag->netlink, buffer, sizeof(buffer));
		int left = (int)length;

		if (length <= 0)
			return;
		message = (const struct nlmsghdr *)buffer;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
			if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
				return;
	}
}

static int dump_all(struct ws_diag *diag, int family, uint32_t states, struct dump *dump)
{
	char buffer[MNL_NLMSG_HDRLEN + 128];
	struct inet_diag_req_v2 *request;
	int error;

	for (int tries = 0; tries < DUMP_TRIES; tries++) {
		struct nlmsghdr *message = put_request(diag, buffer, SOCK_DIAG_BY_FAMILY,
						       NLM_F_DUMP, family, &request);

		request->idiag_states = states;
		dump->count = 0;
		error = talk(diag, message, dump);
		if (error != -EINTR)
			return error;
		drain(diag);
	}
	return -EINTR;
}

struct ws_diag *ws_diag_open(void)
{
	struct ws_diag *diag = calloc(1, sizeof(*diag));
	struct dump nothing = {0};
	int error;

	if (!diag)
		return NULL;
	diag->netlink = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!diag->netlink || mnl_socket_bind(diag->netlink, 0, MNL_SOCKET_AUTOPID) < 0) {
		error = -errno;
	} else {
		/* a look-up says ENOENT both for "no socket" and "no module": a dump tells */
		error = dump_all(diag, AF_INET, 1U << LISTEN, &nothing);
		free(nothing.socks);
	}
	if (!error)
		return diag;
	ws_diag_close(diag);
	errno = -error;
	return NULL;
}

void ws_diag_close(struct ws_diag *diag)
{
	if (!diag)
		return;
	if (diag->netlink)
		mnl_socket_close(diag->netlink);
	free(diag);
}

const char *ws_diag_problem(int error)
{
	switch (error) {
	case EPROTONOSUPPORT:
		return "this kernel has no sock_diag: build it with CONFIG_INET_DIAG";
	case ENOENT:
		return "the kernel cannot list TCP sockets: load the module (modprobe tcp_diag) "
		       "or build with CONFIG_INET_TCP_DIAG";
	case EPERM:
	case EACCES:
		return "sock_diag is not permitted here (seccomp or LSM): allow AF_NETLINK "
		       "NETLINK_SOCK_DIAG, in Docker --security-opt seccomp=unconfined";
	default:
		return strerror(error);
	}
}

int ws_diag_get(struct ws_diag *diag, const struct ws_addr *local, const struct ws_addr *remote,
		struct ws_sock *sock)
{
	char buffer[MNL_NLMSG_HDRLEN + 128];
	struct inet_diag_req_v2 *request;
	struct nlmsghdr *message =
		put_request(diag, buffer, SOCK_DIAG_BY_FAMILY, 0, local->family, &request);
	bool listener = remote->family == AF_UNSPEC;
	struct dump found = {0};
	int error;

	put_connection(request, local, remote);
	error = talk(diag, message, &found);
	*sock = found.count ? found.socks[0] : (struct ws_sock){.state = WS_GONE};
	free(found.socks);
	if (error == -ENOENT)
		error = 0;
	/* without an exact match the kernel may answer with the listener */
	if (sock->state != WS_GONE && (sock->state == LISTEN) != listener)
		*sock = (struct ws_sock){.state = WS_GONE};
	return error;
}

int ws_diag_dump(struct ws_diag *diag, int family,
		 void (*each)(const struct ws_sock *sock, void *context), void *context)
{
	struct dump dump = {0};
	int error = dump_all(diag, family, UINT32_MAX, &dump);
	int count = (int)dump.count;

	for (int i = 0; !error && i < count; i++)
		each(&dump.socks[i], context);
	free(dump.socks);
	return error ? error : count;
}

int ws_diag_destroy(struct ws_diag *diag, const struct ws_addr *local, const struct ws_addr *remote)
{
	char buffer[MNL_NLMSG_HDRLEN + 128];
	struct inet_diag_req_v2 *request;
	struct nlmsghdr *message =
		put_request(diag, buffer, SOCK_DESTROY, NLM_F_ACK, local->family, &request);
	struct dump none = {0};

	put_connection(request, local, remote);
	return talk(diag, message, &none);
}
