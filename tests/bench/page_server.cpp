#include "tests/bench/page_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace satchel {

namespace {

constexpr int kTexts = 10;
constexpr const char* kWords[] = {"Northwind", "Žilina Servis", "Harbour", "Contoso Repair",
                                  "Blue Lake", "Grüne Technik", "Alpine",  "Riverside Works"};

// SplitMix64: the same bytes on every run.
std::uint64_t Mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

std::string IdOf(std::uint64_t family, std::uint64_t number) {
  const std::uint64_t a = Mix(family * 1'000'000'007U + number);
  const std::uint64_t b = Mix(a);
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx",
                static_cast<unsigned>(a & 0xffffffffU), static_cast<unsigned>(a >> 32 & 0xffffU),
                static_cast<unsigned>(a >> 48 & 0xfffU), static_cast<unsigned>(b & 0xfffU),
                static_cast<unsigned long long>(b >> 16));
  return text;
}

std::string Record(std::uint64_t n, bool keys_only) {
  const std::uint64_t r = Mix(n);
  std::string json = R"({"@odata.etag":"W/\")" + std::to_string(1'000'000 + n) +
                     R"(\"","accountid":")" + IdOf(1, n) + "\"";
  if (keys_only) return json + "}";
  for (int i = 0; i < kTexts; ++i) {
    json += ",\"text" + std::to_string(i) + "\":\"" + kWords[(r >> (3 * i)) & 7] + " " +
            std::to_string((r >> i) % 100'000) + "\"";
  }
  json += R"(,"_parentaccountid_value":")" + IdOf(1, n / 10) + R"(","_ownerid_value":")" +
          IdOf(2, r % 500) + R"(","_primarycontactid_value":")" + IdOf(3, n) + "\"";
  const char* choices[] = {"statecode", "statuscode", "industrycode", "categorycode"};
  for (int i = 0; i < 4; ++i) {
    json += std::string(",\"") + choices[i] + "\":" + std::to_string(r >> (8 * i) & (i ? 15 : 1));
  }
  json += ",\"revenue\":" + std::to_string(r % 10'000'000) + "." + std::to_string(10 + r % 90) +
          ",\"creditlimit\":" + std::to_string(r % 50'000) + ".5";
  const char* dates[] = {"createdon", "modifiedon", "lastvisiton", "nextvisiton"};
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t d = Mix(r + static_cast<std::uint64_t>(i));
    char text[64];
    std::snprintf(text, sizeof text, ",\"%s\":\"%04u-%02u-%02uT%02u:%02u:%02uZ\"", dates[i],
                  static_cast<unsigned>(2018 + d % 8), static_cast<unsigned>(1 + (d >> 8) % 12),
                  static_cast<unsigned>(1 + (d >> 16) % 28), static_cast<unsigned>((d >> 24) % 24),
                  static_cast<unsigned>((d >> 32) % 60), static_cast<unsigned>((d >> 40) % 60));
    json += text;
  }
  return json + "}";
}

}  // namespace

Schema BenchSchema() {
  EntitySchema account = {.name = "account",
                          .set_name = "accounts",
                          .key = "accountid",
                          .primary_name = "text0",
                          .modified = "modifiedon"};
  const auto add = [&](FieldSchema field) { account.fields.emplace(field.name, field); };
  add({.name = "accountid", .type = FieldType::kUniqueIdentifier});
  for (int i = 0; i < kTexts; ++i) {
    add({.name = "text" + std::to_string(i), .type = FieldType::kString});
  }
  add({.name = "parentaccountid",
       .type = FieldType::kLookup,
       .targets = {"account"},
       .wire_name = "_parentaccountid_value"});
  add({.name = "ownerid",
       .type = FieldType::kOwner,
       .targets = {"systemuser"},
       .wire_name = "_ownerid_value"});
  add({.name = "primarycontactid",
       .type = FieldType::kLookup,
       .targets = {"contact"},
       .wire_name = "_primarycontactid_value"});
  for (const char* name : {"statecode", "statuscode", "industrycode", "categorycode"}) {
    add({.name = name, .type = FieldType::kPicklist});
  }
  add({.name = "revenue", .type = FieldType::kMoney, .precision = 2});
  add({.name = "creditlimit", .type = FieldType::kDecimal, .precision = 2});
  for (const char* name : {"createdon", "modifiedon", "lastvisiton", "nextvisiton"}) {
    add({.name = name, .type = FieldType::kDateTime});
  }
  Schema schema;
  schema.entities.emplace("account", account);
  return schema;
}

PageServer::PageServer(std::int64_t records, std::int64_t page_size, bool keys_only) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::perror("page server");
    std::exit(1);
  }
  url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/api/data/v9.2/";
  const std::int64_t count = (records + page_size - 1) / page_size;
  for (std::int64_t page = 0; page < count; ++page) {
    std::string body = R"({"@odata.context":")" + url_ + R"($metadata#accounts","value":[)";
    for (std::int64_t n = page * page_size; n < std::min(records, (page + 1) * page_size); ++n) {
      if (n > page * page_size) body += ',';
      body += Record(static_cast<std::uint64_t>(n), keys_only);
    }
    body += "]";
    if (page + 1 < count) {
      body += R"(,"@odata.nextLink":")" + url_ + "accounts?page=" + std::to_string(page + 1) + "\"";
    }
    body += "}";
    pages_.push_back(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; odata.metadata=minimal\r\n"
        "OData-Version: 4.0\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
}

void PageServer::Serve() {
  for (;;) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) std::thread([this, connection] { Answer(connection); }).detach();
  }
}

void PageServer::Answer(int connection) const {
  const int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::string request;
  char piece[4096];
  for (;;) {
    std::size_t end = 0;
    while ((end = request.find("\r\n\r\n")) == std::string::npos) {
      const ssize_t got = recv(connection, piece, sizeof piece, 0);
      if (got <= 0) {
        close(connection);
        return;
      }
      request.append(piece, static_cast<std::size_t>(got));
    }
    const std::size_t at = request.find("page=");
    const std::size_t page =
        at < end ? static_cast<std::size_t>(std::atoll(request.c_str() + at + 5)) : 0;
    request.erase(0, end + 4);
    const std::string& answer = pages_[page < pages_.size() ? page : 0];
    for (std::size_t sent = 0; sent < answer.size();) {
      const ssize_t put =
          send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (put <= 0) {
        close(connection);
        return;
      }
      sent += static_cast<std::size_t>(put);
    }
  }
}

}  // namespace satchel
