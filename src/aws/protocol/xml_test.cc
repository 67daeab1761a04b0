// SPDX-License-Identifier: Apache-2.0
//
// XML documents, by the golden model "documents".
#include "aws/protocol/xml.h"

#include "aws/protocol/json.h"

#include "tunesmith/api/documents/shapes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tunesmith::aws {
namespace {

namespace documents = api::documents;

const char kDocument[] =
    "<Document><Grantee xmlns:xsi=\"urn:xsi\" "
    "xsi:type=\"a&quot;b\"><Id>1</Id></Grantee><Piece>x</Piece>"
    "<Piece>y</Piece><Wrapped><Item><Id>2</Id></Item></Wrapped><Settings><entry><key>k</"
    "key><value>v"
    "</value></entry></Settings><FlatSettings><K>a</K><V>1</V></FlatSettings><FlatSettings><K>b</"
    "K><V>2"
    "</V></FlatSettings><When>2025-11-24T21:54:06.500Z</When><Spaced xmlns=\"urn:spaced\"> s "
    "</Spaced>"
    "<Count>-5</Count></Document>";

std::string as_json(std::string_view text) {
  documents::Document document;
  Validator validator;
  if (!decode_xml(text, shape_of<documents::Document>(), &document, validator)) return "malformed";
  return to_json(document);
}

TEST(Xml, ReadsEveryForm) {
  EXPECT_EQ(as_json(kDocument),
            R"({"Grantee":{"xsi:type":"a\"b","Id":"1"},"Piece":["x","y"],"Wrapped":[{"Id":"2"}],)"
            R"("Settings":{"k":"v"},"FlatSettings":{"a":"1","b":"2"},"When":1764021246.500,)"
            R"("Spaced":" s ","Count":-5})");
}

TEST(Xml, WritesWhatItReads) {
  documents::Document document;
  Validator validator;
  ASSERT_TRUE(decode_xml(kDocument, shape_of<documents::Document>(), &document, validator));
  std::string text;
  encode_xml_element("Document", {}, shape_of<documents::Document>(), &document, text);
  EXPECT_EQ(text, kDocument);
}

TEST(Xml, ReadsTextInAllItsDisguises) {
  EXPECT_EQ(as_json("<D><Piece>a<![CDATA[<&>]]>&lt;&#65;</Piece><Piece/><!-- c --></D>"),
            R"({"Piece":["a<&><A",""]})");
}

TEST(Xml, IgnoresPrefixesAndUnknownElements) {
  EXPECT_EQ(as_json("<?xml version='1.0'?><a:D xmlns:a='u'><a:Count> 5 "
                    "</a:Count><Other><Count>6</Count></Other></a:D>"),
            R"({"Count":5})");
}

TEST(Xml, DoesNotExpandEntities) {
  EXPECT_EQ(as_json("<!DOCTYPE D [<!ENTITY e 'x'><!ENTITY f SYSTEM "
                    "'file:///etc/passwd'>]><D><Piece>&e;&f;</Piece></D>"),
            R"({"Piece":["&e;&f;"]})");
}

TEST(Xml, RefusesWhatIsNotWellFormedOrOfTheWrongType) {
  for (const std::string_view text :
       {"", "x", "<D>", "<D></E>", "<D/><D/>", "<D><Count>x</Count></D>",
        "<D><Count>99999999999</Count></D>", "<D><When>soon</When></D>",
        "<D><Piece>\xFF</Piece></D>"}) {
    EXPECT_EQ(as_json(text), "malformed") << text;
  }
}

TEST(Xml, SurvivesBottomlessNesting) {
  std::string text = "<D>";
  for (int i = 0; i < 200'000; ++i) text += "<a>";
  EXPECT_EQ(as_json(text), "malformed");
}

TEST(Xml, ReplacesWhatXmlCanNotHold) {
  std::string text;
  append_xml_text(std::string_view("a\0b\x01\r\n\t&<>\"\xC3\xA4", 13), text);
  EXPECT_EQ(text,
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD&#xD;\n\t&amp;&lt;&gt;&quot;\xC3\xA4");
  text.clear();
  append_xml_text("x\xC3", text);
  EXPECT_EQ(text, "x\xEF\xBF\xBD");
  text.clear();
  append_xml_text("a\uFFFEb\uFFFFc\uFFFDd\U0001F600", text);
  EXPECT_EQ(text, "a\uFFFDb\uFFFDc\uFFFDd\U0001F600");
}

TEST(Xml, NeverCrashesOnMutatedDocuments) {
  const std::string seed = kDocument;
  std::mt19937 random(13);  // NOLINT(cert-msc51-cpp): the same mutations every time
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = seed;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      text[random() % text.size()] = "<>/=\"&;a \0\xFF"[random() % 11];
    }
    accepted += as_json(text) == "malformed" ? 0 : 1;
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace tunesmith::aws
