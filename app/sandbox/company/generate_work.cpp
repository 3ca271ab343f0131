#include <cstdio>

#include "app/sandbox/company/world.h"

namespace satchel::sandbox {

namespace {

constexpr const char* kTroubles[] = {
    "No power on line 2", "Leak at the north gate", "Annual inspection", "Noise in the compressor",
    "Display stays dark", "Teplota příliš vysoká",  "Ausfall der Pumpe", "Замена фильтра"};
constexpr const char* kDeals[] = {"Maintenance contract", "New cooling line", "Rooftop solar",
                                  "Spare parts 2027", "Upgrade of controls"};

std::string Numbered(const char* prefix, std::int64_t n) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%07lld", prefix, static_cast<long long>(n + 1));
  return text;
}

Result<> WriteOpportunities(World& world) {
  auto row = world.Open("opportunity");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.opportunities(); ++n) {
    Draw draw = world.Row("opportunity", n);
    const Owner& owner = world.PickOwner(draw, world.owners);
    const std::int64_t account = draw.Below(world.accounts());
    row->Set("opportunityid", world.Id("opportunity", n));
    world.SetOwner(*row, owner);
    row->Set("name", draw.Pick(kDeals));
    row->Set("parentaccountid", world.Id("account", account));
    if (draw.Percent(60)) row->Set("parentcontactid", world.Id("contact", account * 2));
    if (draw.Percent(85)) row->Set("estimatedvalue", draw.Skewed(900'000) * 100 + draw.Below(100));
    if (draw.Percent(90)) row->Set("estimatedclosedate", world.DaysAgo(draw.Between(-180, 240)));
    if (draw.Percent(70)) row->Set("closeprobability", draw.Below(21) * 5);
    row->Set("prioritycode", draw.Below(3));
    const std::int64_t state = draw.Percent(55) ? 0 : draw.Between(1, 2);
    row->Set("statecode", state);
    row->Set("statuscode", state == 0 ? draw.Between(1, 2) : state == 1 ? 3 : draw.Between(4, 5));
    row->Set("transactioncurrencyid", world.currency);
    row->Set("exchangerate", std::int64_t{10'000'000'000});
    world.Stamp(*row, draw, world.administrator, 500);
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

Result<> WriteIncidents(World& world) {
  auto row = world.Open("incident");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.incidents(); ++n) {
    Draw draw = world.Row("incident", n);
    const Owner& owner = world.PickOwner(draw, world.owners);
    row->Set("incidentid", world.Id("incident", n));
    world.SetOwner(*row, owner);
    row->Set("title", draw.Pick(kTroubles));
    row->Set("ticketnumber", Numbered("CAS-", n));
    if (draw.Percent(85)) {
      row->Set("customerid", world.Id("account", draw.Below(world.accounts())), "account");
    } else {
      row->Set("customerid", world.Id("contact", draw.Below(world.contacts())), "contact");
    }
    row->Set("prioritycode", draw.Below(3));
    row->Set("caseorigincode", draw.Between(1, 3));
    if (draw.Percent(30)) row->Set("description", "Reported by phone. \"Please hurry.\"");
    if (draw.Percent(50)) row->Set("resolveby", world.Ago(draw.Between(-20, 60) * kSecondsPerDay));
    const std::int64_t state = draw.Percent(40) ? 0 : draw.Percent(85) ? 1 : 2;
    row->Set("statecode", state);
    row->Set("statuscode", state == 0 ? draw.Between(1, 2) : state == 1 ? 5 : 6);
    world.Stamp(*row, draw, world.administrator, 365);
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

constexpr std::int64_t kUnscheduled = 690'970'000;

// A work order and its booking belong to the same technician and the same day.
struct Visit {
  Owner technician = {};
  std::int64_t ago = 0;     // Seconds before now at which it starts.
  std::int64_t length = 0;  // Minutes.
};

Visit VisitOf(const World& world, std::int64_t n) {
  Draw draw = world.Row("visit", n);
  Visit visit;
  visit.technician = world.PickOwner(draw, world.technicians);
  // A quarter of a year back, six weeks ahead, dense around today; on the quarter of an hour.
  const std::int64_t spread = draw.Percent(50) ? draw.Between(-14, 14) : draw.Between(-42, 90);
  visit.ago = spread * kSecondsPerDay + draw.Between(-32, 32) * 900;
  visit.length = draw.Between(2, 16) * 15;
  return visit;
}

Result<> WriteWorkOrders(World& world) {
  auto row = world.Open("msdyn_workorder");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.work_orders(); ++n) {
    Draw draw = world.Row("msdyn_workorder", n);
    const Visit visit = VisitOf(world, n);
    row->Set("msdyn_workorderid", world.Id("msdyn_workorder", n));
    world.SetOwner(*row, visit.technician);
    row->Set("msdyn_name", Numbered("WO-", n));
    row->Set("msdyn_serviceaccount", world.Id("account", draw.Below(world.accounts())));
    if (draw.Percent(70))
      row->Set("msdyn_servicerequest", world.Id("incident", draw.Below(world.incidents())));
    const bool past = visit.ago > 0;
    row->Set("msdyn_systemstatus", kUnscheduled + (past ? draw.Between(2, 4) : draw.Between(0, 1)));
    row->Set("msdyn_priority", draw.Below(3));
    row->Set("msdyn_datewindowstart", world.Ago(visit.ago / kSecondsPerDay * kSecondsPerDay));
    row->Set("msdyn_datewindowend",
             world.Ago(visit.ago / kSecondsPerDay * kSecondsPerDay - kSecondsPerDay));
    row->Set("msdyn_totalestimatedduration", visit.length);
    if (draw.Percent(70)) row->Set("msdyn_estimatesubtotalamount", draw.Skewed(9000) * 100);
    if (draw.Percent(50))
      row->Set("msdyn_instructions", "Bring the ladder.\nAsk for Mr O'Neil & sign in <first>.");
    const bool active = draw.Percent(90);
    row->Set("statecode", active ? 0 : 1);
    row->Set("statuscode", active ? 1 : 2);
    row->Set("transactioncurrencyid", world.currency);
    row->Set("exchangerate", std::int64_t{10'000'000'000});
    world.Stamp(*row, draw, world.administrator, 180);
    if (auto done = world.Write(*row); !done) return done;
  }
  auto booking = world.Open("bookableresourcebooking");
  if (!booking) return Fail(booking.error());
  for (std::int64_t n = 0; n < world.work_orders(); ++n) {
    Draw draw = world.Row("bookableresourcebooking", n);
    const Visit visit = VisitOf(world, n);
    booking->Set("bookableresourcebookingid", world.Id("bookableresourcebooking", n));
    world.SetOwner(*booking, visit.technician);
    booking->Set("name", "Visit " + Numbered("WO-", n));
    booking->Set("msdyn_workorder", world.Id("msdyn_workorder", n));
    booking->Set("starttime", world.Ago(visit.ago));
    booking->Set("endtime", world.Ago(visit.ago - visit.length * 60));
    booking->Set("duration", visit.length);
    booking->Set("bookingtype", draw.Percent(90) ? 1 : 2);
    booking->Set("statecode", 0);
    booking->Set("statuscode", 1);
    world.Stamp(*booking, draw, world.administrator, 180);
    if (auto done = world.Write(*booking); !done) return done;
  }
  return {};
}

}  // namespace

Result<> WriteWork(World& world) {
  if (auto done = WriteOpportunities(world); !done) return done;
  if (auto done = WriteIncidents(world); !done) return done;
  return WriteWorkOrders(world);
}

}  // namespace satchel::sandbox
