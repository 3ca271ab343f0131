#include <string>

#include "app/sandbox/company/security.h"
#include "app/sandbox/company/world.h"

namespace satchel::sandbox {

namespace {

// What an activity is about: mostly accounts and cases.
void SetRegarding(const World& world, RowWriter& row, Draw& draw) {
  const std::int64_t kind = draw.Below(10);
  if (kind < 4)
    row.Set("regardingobjectid", world.Id("account", draw.Below(world.accounts())), "account");
  if (kind >= 4 && kind < 7)
    row.Set("regardingobjectid", world.Id("incident", draw.Below(world.incidents())), "incident");
  if (kind == 7)
    row.Set("regardingobjectid", world.Id("contact", draw.Below(world.contacts())), "contact");
  if (kind == 8) {
    row.Set("regardingobjectid", world.Id("opportunity", draw.Below(world.opportunities())),
            "opportunity");
  }
}

Result<> WriteTasks(World& world) {
  constexpr const char* kTasks[] = {"Call back", "Send the offer", "Order parts",
                                    "Zkontrolovat smlouvu", "Prüfbericht schreiben"};
  auto task = world.Open("task");
  auto call = world.Open("phonecall");
  if (!task || !call) return Fail(task ? call.error() : task.error());
  for (std::int64_t n = 0; n < world.accounts(); ++n) {
    Draw draw = world.Row("task", n);
    task->Set("activityid", world.Id("task", n));
    world.SetOwner(*task, world.PickOwner(draw, world.owners));
    task->Set("subject", draw.Pick(kTasks));
    SetRegarding(world, *task, draw);
    if (draw.Percent(80))
      task->Set("scheduledend", world.Ago(draw.Between(-60, 200) * kSecondsPerDay));
    task->Set("percentcomplete", draw.Below(11) * 10);
    task->Set("prioritycode", draw.Below(3));
    const std::int64_t state = draw.Percent(45) ? 0 : draw.Percent(90) ? 1 : 2;
    task->Set("statecode", state);
    task->Set("statuscode", state == 0 ? draw.Between(2, 3) : state == 1 ? 5 : 6);
    world.Stamp(*task, draw, world.administrator, 300);
    if (auto done = world.Write(*task); !done) return done;
  }
  for (std::int64_t n = 0; n < world.accounts() / 2; ++n) {
    Draw draw = world.Row("phonecall", n);
    call->Set("activityid", world.Id("phonecall", n));
    world.SetOwner(*call, world.PickOwner(draw, world.owners));
    call->Set("subject", "About the visit");
    SetRegarding(world, *call, draw);
    call->Set("phonenumber", "+420" + std::to_string(draw.Between(600'000'000, 799'999'999)));
    call->Set("directioncode", draw.Below(2));
    call->Set("scheduledend", world.Ago(draw.Between(-30, 150) * kSecondsPerDay));
    const std::int64_t state = draw.Percent(35) ? 0 : 1;
    call->Set("statecode", state);
    call->Set("statuscode", state + 1);
    world.Stamp(*call, draw, world.administrator, 300);
    if (auto done = world.Write(*call); !done) return done;
  }
  return {};
}

// Base64 of `bytes` bytes of text; what matters is its length and that it decodes.
std::string Body(std::int64_t bytes) {
  std::string body;
  for (std::int64_t i = 0; i < bytes / 3; ++i) body += "U2F0";  // "Sat"
  return body;
}

Result<> WriteNotes(World& world) {
  struct Kind {
    const char* suffix;
    const char* mime;
  };
  constexpr Kind kKinds[] = {{"pdf", "application/pdf"},
                             {"jpg", "image/jpeg"},
                             {"png", "image/png"},
                             {"txt", "text/plain"}};
  auto row = world.Open("annotation");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.accounts() / 2; ++n) {
    Draw draw = world.Row("annotation", n);
    row->Set("annotationid", world.Id("annotation", n));
    world.SetOwner(*row, world.PickOwner(draw, world.owners));
    row->Set("subject", draw.Percent(70) ? "Note " + std::to_string(n + 1) : std::string());
    row->Set("notetext", "Seen on site. Δt = 4 °C – naïve fix applied.");
    const std::int64_t about = draw.Below(3);
    if (about == 0)
      row->Set("objectid", world.Id("account", draw.Below(world.accounts())), "account");
    if (about == 1)
      row->Set("objectid", world.Id("incident", draw.Below(world.incidents())), "incident");
    if (about == 2) {
      row->Set("objectid", world.Id("msdyn_workorder", draw.Below(world.work_orders())),
               "msdyn_workorder");
    }
    const bool document = draw.Percent(25);
    row->Set("isdocument", document ? 1 : 0);
    if (document) {
      const Kind& kind = draw.Pick(kKinds);
      const std::int64_t size = (draw.Skewed(700) + 20) * 3;
      row->Set("filename", "příloha " + std::to_string(n + 1) + "." + kind.suffix);
      row->Set("mimetype", kind.mime);
      row->Set("filesize", size);
      row->Set("documentbody", Body(size));
    }
    world.Stamp(*row, draw, world.administrator, 400);
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

Result<> WriteLists(World& world) {
  constexpr const char* kLists[] = {"Newsletter",
                                    "Winter check 2026",
                                    "Key accounts",
                                    "Solar prospects",
                                    "Zákazníci Morava",
                                    "Lapsed",
                                    "VIP",
                                    "Fair visitors"};
  auto list = world.Open("list");
  auto member = world.Open("listmember");
  if (!list || !member) return Fail(list ? member.error() : list.error());
  for (std::int64_t n = 0; n < 8; ++n) {
    Draw draw = world.Row("list", n);
    list->Set("listid", world.Id("list", n));
    world.SetOwner(*list, world.PickOwner(draw, world.owners));
    list->Set("listname", kLists[n]);
    list->Set("purpose", "Mailing");
    list->Set("lockstatus", n == 5 ? 1 : 0);
    list->Set("statecode", n == 5 ? 1 : 0);
    list->Set("statuscode", n == 5 ? 2 : 1);
    world.Stamp(*list, draw, world.administrator, 300);
    if (auto done = world.Write(*list); !done) return done;
  }
  // Each contact is on a list at most once: contact n, every fourth, on the list its draw says.
  for (std::int64_t n = 0; n < world.contacts() / 4; ++n) {
    Draw draw = world.Row("listmember", n);
    member->Set("listmemberid", world.Id("listmember", n));
    member->Set("listid", world.Id("list", draw.Skewed(8)));
    member->Set("entityid", world.Id("contact", n * 4));
    if (auto done = world.Write(*member); !done) return done;
  }
  return {};
}

// A few accounts are shared with people outside their business unit.
Result<> WriteShares(World& world) {
  auto row = world.Open("principalobjectaccess");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.accounts() / 50; ++n) {
    Draw draw = world.Row("principalobjectaccess", n);
    const bool team = draw.Percent(30);
    const Owner& user = world.PickOwner(draw, world.technicians);
    row->Set("principalobjectaccessid", world.Id("principalobjectaccess", n));
    row->Set("principalid", team ? world.Id("team", 5) : user.id);
    row->Set("principaltypecode", team ? "team" : "systemuser");
    row->Set("objectid", world.Id("account", n * 37 % world.accounts()));
    row->Set("objecttypecode", "account");
    row->Set("accessrightsmask",
             static_cast<std::int64_t>(Right::kRead) + static_cast<std::int64_t>(Right::kWrite));
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

}  // namespace

Result<> WriteActivities(World& world) {
  if (auto done = WriteTasks(world); !done) return done;
  if (auto done = WriteNotes(world); !done) return done;
  if (auto done = WriteLists(world); !done) return done;
  return WriteShares(world);
}

Result<> WriteViews(World& world) {
  struct View {
    const char* entity;
    const char* name;
    bool is_default;
    const char* fetchxml;
  };
  constexpr View kViews[] = {
      {"account", "Active Accounts", true,
       R"(<fetch version="1.0" output-format="xml-platform" mapping="logical"><entity name="account"><attribute name="name"/><attribute name="telephone1"/><attribute name="address1_city"/><attribute name="accountid"/><order attribute="name"/><filter type="and"><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>)"},
      {"account", "My Active Accounts", false,
       R"(<fetch version="1.0"><entity name="account"><attribute name="name"/><order attribute="name"/><filter><condition attribute="ownerid" operator="eq-userid"/><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>)"},
      {"account", "Accounts: No Open Opportunity", false,
       R"(<fetch version="1.0" distinct="false"><entity name="account"><attribute name="name"/><filter><condition entityname="o" attribute="opportunityid" operator="null"/></filter><link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="outer" alias="o"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></link-entity></entity></fetch>)"},
      {"contact", "Active Contacts", true,
       R"(<fetch version="1.0"><entity name="contact"><attribute name="fullname"/><attribute name="emailaddress1"/><order attribute="fullname"/><filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>)"},
      {"incident", "My Open Cases", true,
       R"(<fetch version="1.0"><entity name="incident"><attribute name="title"/><attribute name="ticketnumber"/><order attribute="createdon" descending="true"/><filter><condition attribute="ownerid" operator="eq-useroruserteams"/><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>)"},
      {"msdyn_workorder", "Work Orders of the Next Two Weeks", true,
       R"(<fetch version="1.0"><entity name="msdyn_workorder"><attribute name="msdyn_name"/><order attribute="msdyn_datewindowstart"/><filter><condition attribute="msdyn_datewindowstart" operator="next-x-days" value="14"/></filter></entity></fetch>)"},
      {"task", "My Tasks", true,
       R"(<fetch version="1.0"><entity name="task"><attribute name="subject"/><filter><condition attribute="ownerid" operator="eq-userid"/><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>)"},
  };
  auto row = world.Open("savedquery");
  if (!row) return Fail(row.error());
  std::int64_t n = 0;
  for (const View& view : kViews) {
    row->Set("savedqueryid", world.Id("savedquery", n++));
    row->Set("name", view.name);
    row->Set("returnedtypecode", view.entity);
    row->Set("fetchxml", view.fetchxml);
    row->Set("isdefault", view.is_default ? 1 : 0);
    row->Set("querytype", 0);
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

}  // namespace satchel::sandbox
