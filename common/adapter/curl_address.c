/* Which addresses a webhook may reach: the special-purpose registries of IANA (RFC 6890). */
#include "curl_http_client.h"

#include <netinet/in.h>
#include <string.h>

struct range4 {
    uint32_t base;
    unsigned bits;
};
#define IP4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
static const struct range4 closed4[] = {
    {IP4(0, 0, 0, 0), 8},      {IP4(10, 0, 0, 0), 8},     {IP4(100, 64, 0, 0), 10},
    {IP4(127, 0, 0, 0), 8},    {IP4(169, 254, 0, 0), 16}, {IP4(172, 16, 0, 0), 12},
    {IP4(192, 0, 0, 0), 24},   {IP4(192, 0, 2, 0), 24},   {IP4(192, 88, 99, 0), 24},
    {IP4(192, 168, 0, 0), 16}, {IP4(198, 18, 0, 0), 15},  {IP4(198, 51, 100, 0), 24},
    {IP4(203, 0, 113, 0), 24}, {IP4(224, 0, 0, 0), 4},    {IP4(240, 0, 0, 0), 4},
};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof closed4 / sizeof closed4[0]; i++) {
        uint32_t mask = UINT32_MAX << (32 - closed4[i].bits);
        if ((address & mask) == closed4[i].base)
            return false;
    }
    return true;
}

static bool begins(const uint8_t *address, const uint8_t *prefix, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(address, prefix, whole) != 0)
        return false;
    uint8_t mask = (uint8_t)(0xff00u >> rest);
    return !rest || (address[whole] & mask) == (prefix[whole] & mask);
}

/* Only global unicast is let through, without the parts of it that lead elsewhere: 2001::/23
 * (protocol assignments, Teredo), documentation, 6to4 and NAT64, whose inner address would have to
 * be judged by others. */
static bool is_public6(const uint8_t address[static 16])
{
    static const struct {
        uint8_t prefix[6];
        unsigned bits;
    } closed[] = {
        {{0x20, 0x01, 0x00}, 23},
        {{0x20, 0x01, 0x0d, 0xb8}, 32},
        {{0x20, 0x02}, 16},
        {{0x3f, 0xff, 0x00}, 20},
    };
    if ((address[0] & 0xe0) != 0x20)
        return false;
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        if (begins(address, closed[i].prefix, closed[i].bits))
            return false;
    }
    return true;
}

bool curl_address_is_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return is_public4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        const uint8_t *bytes = in.sin6_addr.s6_addr;
        if (memcmp(bytes, mapped, sizeof mapped) == 0)
            return is_public4(IP4(bytes[12], bytes[13], bytes[14], bytes[15]));
        return is_public6(bytes);
    }
    return false;
}
