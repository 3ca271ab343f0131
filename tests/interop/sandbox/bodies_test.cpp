// Attachments over HTTP.
#include <gtest/gtest.h>

#include "tests/interop/sandbox/signed_in.h"

namespace satchel {
namespace {

using sandbox::RunningSandbox;

TEST(Bodies, ComeDecodedPieceByPiece) {
  RunningSandbox box;
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"annotation"});
  const auto notes = box.Get("annotations?$select=annotationid,filesize&$filter=" +
                             sandbox::Q("isdocument eq true") + "&$top=5")
                         .rows();
  ASSERT_FALSE(notes.empty());
  for (const sandbox::JsonValue& note : notes) {
    std::string content;
    const auto read = me.server->ReadBody({.entity = "annotation",
                                           .id = note.Find("annotationid")->text,
                                           .field = "documentbody",
                                           .most = 1 << 20},
                                          schema,
                                          [&content](std::string_view piece) {
                                            content += piece;
                                            return Result<>();
                                          },
                                          {});
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(std::to_string(content.size()), note.Find("filesize")->text);
    EXPECT_EQ(content.substr(0, 6), "SatSat");
  }
}

TEST(Bodies, AreHeldToTheirLimitAndNeedNoMemory) {
  RunningSandbox box;
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"annotation"});
  const std::string id = "5a7c4e10-0000-4000-8000-000000000001";
  std::string base64;
  for (int i = 0; i < 1 << 20; ++i) base64 += "U2F0Y2hl";  // 6 MB.
  ASSERT_EQ(box.Patch("annotations(" + id + ")",
                      R"({"isdocument":true,"filename":"a.txt","documentbody":")" + base64 + "\"}")
                .status,
            204);
  // As in Dataverse, the size follows from the document.
  const std::string note = "annotations(" + id + ")?$select=filesize,isdocument";
  EXPECT_EQ(box.Get(note).text("filesize"), std::to_string(6 << 20));
  const BodyRequest whole = {
      .entity = "annotation", .id = id, .field = "documentbody", .most = 6 << 20};
  std::size_t bytes = 0;
  std::size_t largest = 0;
  const auto sink = [&](std::string_view piece) {
    bytes += piece.size();
    largest = std::max(largest, piece.size());
    return Result<>();
  };
  auto read = me.server->ReadBody(whole, schema, sink, {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(bytes, std::size_t{6} << 20);
  EXPECT_LE(largest, std::size_t{1} << 20);
  BodyRequest less = whole;
  less.most = (6 << 20) - 1;
  read = me.server->ReadBody(less, schema, sink, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt) << read.error().message;
  read = me.server->ReadBody(
      whole, schema, [](std::string_view) { return Result<>(Fail(ErrorCode::kIo, "disk full")); },
      {});
  EXPECT_EQ(read.error().code, ErrorCode::kIo) << read.error().message;
  ASSERT_EQ(box.Patch("annotations(" + id + ")", R"({"documentbody":"QUI="})").status, 204);
  EXPECT_EQ(box.Get(note).text("filesize"), "2");
  ASSERT_EQ(box.Patch("annotations(" + id + ")", R"({"documentbody":null})").status, 204);
  EXPECT_EQ(box.Get(note).text("filesize"), "");
}

TEST(Bodies, AreNotFoundWhereThereAreNone) {
  RunningSandbox box;
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"annotation"});
  const auto note =
      box.Get("annotations?$select=annotationid&$filter=" + sandbox::Q("isdocument eq false") +
              "&$top=1")
          .rows();
  ASSERT_FALSE(note.empty());
  const auto sink = [](std::string_view) { return Result<>(); };
  for (const std::string& id : {note.front().Find("annotationid")->text,
                                std::string("5a7c4e10-0000-4000-8000-000000000009")}) {
    const auto read = me.server->ReadBody(
        {.entity = "annotation", .id = id, .field = "documentbody", .most = 100}, schema, sink, {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kNotFound) << read.error().message;
  }
}

}  // namespace
}  // namespace satchel
