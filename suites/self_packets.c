/* SPDX-License-Identifier: MIT */
/*
 * The packets of self_packets.h. All checksums are right.
 */
#include "suites/self_packets.h"

#include <CUnit/CUnit.h>
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const struct self_packet self_packets[] = {
	{"syn", DLT_RAW,
	 "4510003c12344000400681fd0a01492d0a01494c9c40c350000003e800000000"
	 "a002faf0431a0000020405b40402080a000000010000000001030307",
	 "Flags [S], seq 1000, win 64240, options [mss 1460,sackOK,TS val 1 ecr "
	 "0,nop,wscale 7], length 0"},
	{"ip-options", DLT_EN10MB,
	 "020000000076020000000045080047100035123440004006e9fe0a01492d0a01"
	 "494c94040000010101009c40c350000003e900001389501801f64c8100006865"
	 "6c6c6f",
	 "Flags [P.], seq 1001:1006, ack 5001, win 502, length 5: \"hello\""},
	{"vlan", DLT_EN10MB,
	 "0200000000760200000000458100004c08004510002812344000400682110a01"
	 "492d0a01494c9c40c350000003e9000013895014000092520000",
	 "Flags [R.], seq 1001, ack 5001, win 0, length 0"},
	{"two-vlans", DLT_EN10MB,
	 "02000000007602000000004588a8004d8100004c86dd6000000000180640fd00"
	 "0000000000000000000000000045fd0000000000000000000000000000769c40"
	 "c35000001388000003e96012fe8827e30000020405a0",
	 "Flags [S.], seq 5000, ack 1001, win 65160, options [mss 1440], length 0"},
	{"extensions", DLT_RAW,
	 "6000000000370040fd000000000000000000000000000045fd00000000000000"
	 "00000000000000763c000104000000002b000104000000002c00040000000000"
	 "0600000000000abc9c40c350000003e900001389501801f668af00006f6464",
	 "Flags [P.], seq 1001:1004, ack 5001, win 502, length 3: \"odd\""},
	{"null", DLT_NULL,
	 "1e00000060000000002c0640fd000000000000000000000000000045fd000000"
	 "0000000000000000000000769c40c35000001389000003e9b01001f6c50c0000"
	 "0101080a00000002000000010101050a000003ee000003f3",
	 "Flags [.], ack 1001, win 502, options [nop,nop,TS val 2 ecr 1,nop,nop,sack 1 "
	 "{1006:1011}], length 0"},
	{"sll2", DLT_LINUX_SLL2,
	 "0800000000000002000100060200000000450000451000281234400040068211"
	 "0a01492d0a01494c9c40c350000003e900001389501101f6905f0000",
	 "Flags [F.], seq 1001, ack 5001, win 502, length 0"},
	{"urgent", DLT_RAW,
	 "4510003512344000400682040a01492d0a01494c9c40c350000003e900001389"
	 "503801f65aed0001610a0d09225c001b5b324a7fff",
	 "Flags [P.U], seq 1001:1014, ack 5001, win 502, urg 1, length 13: "
	 "\"a\\n\\r\\t\\\"\\\\\\x00\\x1b[2J\\x7f\\xff\""},
	{"long", DLT_RAW,
	 "4510004c12344000400681ed0a01492d0a01494c9c40c350000003e900001389"
	 "501801f69e3000004142434445464748494a4b4c4d4e4f505152535455565758"
	 "595a30313233343536373839",
	 "Flags [P.], seq 1001:1037, ack 5001, win 502, length 36: "
	 "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345\"…"},
	{"rst-data", DLT_RAW,
	 "4510002c123440004006820d0a01492d0a01494c9c40c35000000000000003e9"
	 "50140000d0020000676f6e65",
	 "Flags [R.], seq 0:4, ack 1001, win 0, length 4: \"gone\""},
	{"no-flags", DLT_RAW,
	 "4510002812344000400682110a01492d0a01494c9c40c3500000000700000008"
	 "50000009a9c00000",
	 "Flags [none], win 9, length 0"},
	{"all-flags", DLT_RAW,
	 "4510002812344000400682110a01492d0a01494c9c40c3500000000100000002"
	 "50ff0003a8d30000",
	 "Flags [FSRP.UEW], seq 1, ack 2, win 3, urg 0, length 0"},
	{"four-sacks", DLT_RAW,
	 "4510004c12344000400681ed0a01492d0a01494c9c40c35000001389000003e9"
	 "e01001f6dabc000001010522000003e9000003ee000003e9000003ee000003e9"
	 "000003ee000003e9000003ee",
	 "Flags [.], ack 1001, win 502, options [nop,nop,sack 4 "
	 "{1001:1006}{1001:1006}{1001:1006}{1001:1006}], length 0"},
	{"fast-open", DLT_RAW,
	 "4510002c123440004006820d0a01492d0a01494c9c40c350000003e800000000"
	 "600201f670f1000022020101",
	 "Flags [S], seq 1000, win 502, options [tfo  cookiereq,nop,nop], length 0"},
	{"cookie", DLT_RAW,
	 "4510003412344000400682050a01492d0a01494c9c40c350000003e800000000"
	 "800201f640cd0000220a01020304050607080101",
	 "Flags [S], seq 1000, win 502, options [tfo  cookie 0102030405060708,nop,nop], "
	 "length 0"},
	{"unknown-option", DLT_RAW,
	 "4510003012344000400682090a01492d0a01494c9c40c3500000000100000002"
	 "70100003903e00004d04abcd000000aa",
	 "Flags [.], ack 2, win 3, options [unknown-77 0xabcd,eol], length 0"},
	{"udp", DLT_RAW,
	 "4510001e12344000401182100a01492d0a01494c9c40c350000a00006869",
	 "not TCP, length 10"},
	{"port-v4", DLT_RAW,
	 "45000058000100004001d4290a01494c0a01492d0303a3a6000000004510003c"
	 "12344000400681fd0a01492d0a01494c9c40c350000003e800000000a002faf0"
	 "431a0000020405b40402080a000000010000000001030307",
	 "ICMP 10.1.73.76 tcp port 50000 unreachable, length 68"},
	{"too-big-v4", DLT_RAW,
	 "45000038000100004001d4490a01494c0a01492d0304940a000005784510003c"
	 "12344000400681fd0a01492d0a01494c9c40c350000003e8",
	 "ICMP 10.1.73.76 unreachable - need to frag (mtu 1400), length 36"},
	{"filtered-v4", DLT_RAW,
	 "45000058000100004001d4290a01494c0a01492d030da39c000000004510003c"
	 "12344000400681fd0a01492d0a01494c9c40c350000003e800000000a002faf0"
	 "431a0000020405b40402080a000000010000000001030307",
	 "ICMP host 10.1.73.76 unreachable - admin prohibited filter, length 68"},
	{"exceeded-v4", DLT_RAW,
	 "45000058000100004001d4290a01494c0a01492d0b009ba9000000004510003c"
	 "12344000400681fd0a01492d0a01494c9c40c350000003e800000000a002faf0"
	 "431a0000020405b40402080a000000010000000001030307",
	 "ICMP time exceeded in-transit, length 68"},
	{"echo-v4", DLT_RAW,
	 "45000020000100004001d4610a01494c0a01492d0800192f0000000070696e67",
	 "ICMP type 8 code 0, length 12"},
	{"port-v6", DLT_RAW,
	 "6000000000443a40fd000000000000000000000000000076fd00000000000000"
	 "00000000000000450104f442000000006000000000140640fd00000000000000"
	 "0000000000000045fd0000000000000000000000000000769c40c350000003e8"
	 "000000005002faf000000000",
	 "ICMP6, destination unreachable, unreachable port, fd00::76 tcp port 50000, length 68"},
	{"scope-v6", DLT_RAW,
	 "6000000000443a40fd000000000000000000000000000076fd00000000000000"
	 "00000000000000450102f444000000006000000000140640fd00000000000000"
	 "0000000000000045fd0000000000000000000000000000769c40c350000003e8"
	 "000000005002faf000000000",
	 "ICMP6, destination unreachable, beyond scope fd00::76, source address fd00::45, "
	 "length 68"},
	{"too-big-v6", DLT_RAW,
	 "6000000000443a40fd000000000000000000000000000076fd00000000000000"
	 "00000000000000450200ee46000005006000000000140640fd00000000000000"
	 "0000000000000045fd0000000000000000000000000000769c40c350000003e8"
	 "000000005002faf000000000",
	 "ICMP6, packet too big, mtu 1280, length 68"},
};
/* clang-format on */
const size_t self_packet_count = sizeof(self_packets) / sizeof(self_packets[0]);

const struct self_packet *self_packet(const char *name)
{
	for (size_t i = 0; i < self_packet_count; i++)
		if (!strcmp(self_packets[i].name, name))
			return &self_packets[i];
	CU_FAIL_FATAL("no packet of that name");
	return NULL;
}

size_t self_packet_size(const struct self_packet *packet)
{
	return strlen(packet->hex) / 2;
}

uint8_t *self_packet_bytes(const struct self_packet *packet, size_t size)
{
	uint8_t *bytes = malloc(size);

	CU_ASSERT_FATAL(bytes || !size);
	for (size_t i = 0; i < size; i++) {
		char digits[3] = {packet->hex[2 * i], packet->hex[2 * i + 1], '\0'};

		bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return bytes;
}

struct ws_segment self_decode(const char *name)
{
	const struct self_packet *packet = self_packet(name);
	size_t size = self_packet_size(packet);
	uint8_t *bytes = self_packet_bytes(packet, size);
	struct ws_segment segment;
	bool decoded = ws_decode(packet->linktype, bytes, size, &segment);

	free(bytes);
	CU_ASSERT_FATAL(decoded);
	return segment;
}

void self_same_text(const char *what, const char *seen, const char *wanted)
{
	char message[2048];

	snprintf(message, sizeof(message), "%s\n  wanted: %s\n  seen:   %s", what ? what : "text",
		 wanted ? wanted : "(nothing)", seen ? seen : "(nothing)");
	CU_assertImplementation(seen == wanted || (seen && wanted && !strcmp(seen, wanted)),
				__LINE__, message, __FILE__, "", CU_TRUE);
}
