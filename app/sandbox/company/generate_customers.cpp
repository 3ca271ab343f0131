#include <cstdio>

#include "app/sandbox/company/world.h"

namespace satchel::sandbox {

namespace {

// Some look like formulas or markup: whoever shows or exports them must not be fooled.
constexpr const char* kTrades[] = {"Energy",         "Elektro",        "Stahlbau", "Chladírny",
                                   "Μεταφορές",      "Городские сети", "Soğutma",  "Bakery",
                                   "Zakłady Mięsne", "Water",          "Hospital", "Dairy",
                                   "Logistics",      "東京設備",       "Solar",    "Hotels"};
constexpr const char* kBrands[] = {
    "Contoso",       "Fabrikam", "Northwind", "Adventure Works", "Blue Yonder", "Proseware",
    "Trey Research", "Litware",  "Žilinská",  "Łódzkie",         "Ελληνική",    "Große",
    "İstanbul",      "=Alpha+",  "O'Brien &", "<b>Delta</b>",    "Ångström",    "Woodgrove"};
constexpr const char* kForms[] = {"s.r.o.", "GmbH", "Ltd", "Inc.", "AE", "a.s.", "Pty", "ООО"};

struct Place {
  const char* city;
  const char* country;
  double latitude;
  double longitude;
};
constexpr Place kPlaces[] = {{"Brno", "Czechia", 49.19522, 16.60796},
                             {"Praha", "Czechia", 50.08804, 14.42076},
                             {"Łódź", "Poland", 51.75000, 19.46667},
                             {"Αθήνα", "Greece", 37.98376, 23.72784},
                             {"London", "United Kingdom", 51.50853, -0.12574},
                             {"Köln", "Germany", 50.93333, 6.95000},
                             {"İzmir", "Türkiye", 38.41273, 27.13838},
                             {"Одеса", "Ukraine", 46.47747, 30.73262},
                             {"New York", "United States", 40.71427, -74.00597},
                             {"Pune", "India", 18.51957, 73.85535},
                             {"Auckland", "New Zealand", -36.84853, 174.76349},
                             {"Wien", "Austria", 48.20849, 16.37208}};
constexpr const char* kFirst[] = {"Anna", "Tomáš", "Jürgen", "Zoë",   "Νίκος", "Ольга",
                                  "İpek", "Seán",  "Mei",    "Arjun", "Hana",  "Mateo"};
constexpr const char* kLast[] = {"Novák",  "Weiß", "Παππάς", "Иванов", "Yıldız", "Ó Briain",
                                 "Wójcik", "陳",   "Patel",  "Taylor", "Hansen", "de la Cruz"};
constexpr const char* kJobs[] = {"Facility manager", "Buyer", "Technician", "Director",
                                 "Reception"};

constexpr std::int64_t kCents = 100;  // Money columns here keep two decimals.

std::string Number(const char* prefix, std::int64_t n) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%06lld", prefix, static_cast<long long>(n));
  return text;
}

Result<> WriteAccounts(World& world) {
  auto row = world.Open("account");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.accounts(); ++n) {
    Draw draw = world.Row("account", n);
    const Owner& owner = world.PickOwner(draw, world.owners);
    const Place& place = draw.Pick(kPlaces);
    row->Set("accountid", world.Id("account", n));
    world.SetOwner(*row, owner);
    row->Set("name",
             std::string(draw.Pick(kBrands)) + " " + draw.Pick(kTrades) + " " + draw.Pick(kForms));
    row->Set("accountnumber", Number("A-", n + 1));
    if (draw.Percent(80)) row->Set("primarycontactid", world.Id("contact", n * 2));
    // Every tenth account is the head of its nine followers; heads of ten such follow one
    // another's.
    if (n % 10 != 0 && draw.Percent(70))
      row->Set("parentaccountid", world.Id("account", n - n % 10));
    if (n % 10 == 0 && n % 100 != 0) row->Set("parentaccountid", world.Id("account", n - n % 100));
    if (n % 100 == 0 && n > 0 && draw.Percent(60))
      row->Set("parentaccountid", world.Id("account", 0));
    if (draw.Percent(85)) row->Set("telephone1", Number("+42054", draw.Below(1'000'000)));
    if (draw.Percent(70)) row->Set("emailaddress1", "info@" + Number("customer", n) + ".example");
    if (draw.Percent(40)) row->Set("websiteurl", "https://" + Number("customer", n) + ".example/");
    row->Set("address1_line1", "Street " + std::to_string(draw.Between(1, 250)));
    row->Set("address1_city", draw.Percent(92) ? place.city : "");
    row->Set("address1_postalcode", std::to_string(draw.Between(10000, 99999)));
    row->Set("address1_country", place.country);
    row->Set("address1_latitude", place.latitude);
    row->Set("address1_longitude", place.longitude);
    if (draw.Percent(75))
      row->Set("revenue", draw.Skewed(50'000'000) * kCents + draw.Below(kCents));
    if (draw.Percent(50)) row->Set("creditlimit", draw.Between(1, 500) * 1000 * kCents);
    row->Set("creditonhold", draw.Percent(4) ? 1 : 0);
    row->Set("donotphone", draw.Percent(10) ? 1 : 0);
    if (draw.Percent(60)) row->Set("numberofemployees", draw.Skewed(20'000) + 1);
    if (draw.Percent(90)) row->Set("industrycode", draw.Between(1, 10));
    if (draw.Percent(70)) row->Set("accountcategorycode", draw.Percent(20) ? 1 : 2);
    if (draw.Percent(35)) {
      std::string skills = ",";
      for (int skill = 1; skill <= 5; ++skill) {
        if (draw.Percent(30)) skills += std::to_string(skill) + ",";
      }
      row->Set("contoso_requiredskills", skills.size() > 1 ? skills : "");
    }
    if (draw.Percent(65)) row->Set("contoso_contractend", world.DaysAgo(draw.Between(-700, 300)));
    if (draw.Percent(20))
      row->Set("description", "Ring twice.\nGate code " + std::to_string(draw.Below(10000)) + ".");
    const bool active = draw.Percent(88);
    row->Set("statecode", active ? 0 : 1);
    row->Set("statuscode", active ? 1 : 2);
    row->Set("transactioncurrencyid", world.currency);
    row->Set("exchangerate", std::int64_t{10'000'000'000});
    world.Stamp(*row, draw, owner.kind == "team" ? world.administrator : owner.id, 1200);
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

Result<> WriteContacts(World& world) {
  auto row = world.Open("contact");
  if (!row) return Fail(row.error());
  for (std::int64_t n = 0; n < world.contacts(); ++n) {
    Draw draw = world.Row("contact", n);
    const Owner& owner = world.PickOwner(draw, world.owners);
    row->Set("contactid", world.Id("contact", n));
    world.SetOwner(*row, owner);
    row->Set("firstname", draw.Percent(95) ? draw.Pick(kFirst) : "");
    row->Set("lastname", draw.Pick(kLast));
    if (draw.Percent(60)) row->Set("jobtitle", draw.Pick(kJobs));
    if (draw.Percent(90)) {
      row->Set("parentcustomerid", world.Id("account", n / 2), "account");
    } else if (n > 0 && draw.Percent(30)) {
      row->Set("parentcustomerid", world.Id("contact", n - 1), "contact");
    }
    if (draw.Percent(80)) row->Set("emailaddress1", Number("contact", n) + "@customer.example");
    if (draw.Percent(50)) row->Set("telephone1", Number("+42053", draw.Below(1'000'000)));
    if (draw.Percent(70)) row->Set("mobilephone", Number("+420777", draw.Below(1'000'000)));
    row->Set("address1_city", draw.Percent(80) ? draw.Pick(kPlaces).city : "");
    if (draw.Percent(30)) row->Set("birthdate", world.DaysAgo(draw.Between(20 * 365, 65 * 365)));
    row->Set("donotemail", draw.Percent(15) ? 1 : 0);
    const bool active = draw.Percent(93);
    row->Set("statecode", active ? 0 : 1);
    row->Set("statuscode", active ? 1 : 2);
    world.Stamp(*row, draw, owner.kind == "team" ? world.administrator : owner.id, 1200);
    if (auto done = world.Write(*row); !done) return done;
  }
  return {};
}

}  // namespace

Result<> WriteCustomers(World& world) {
  if (auto done = WriteAccounts(world); !done) return done;
  return WriteContacts(world);
}

Result<> WriteCatalogue(World& world) {
  constexpr const char* kGoods[] = {"Pump",     "Valve",  "Compressor", "Filter",
                                    "Inverter", "Sensor", "Gasket",     "Controller"};
  constexpr const char* kLists[] = {"Default EUR", "Partners", "Public sector", "Winter 2025",
                                    "Spare parts"};
  constexpr std::int64_t kListCount = 5;
  auto product = world.Open("product");
  auto level = world.Open("pricelevel");
  auto item = world.Open("productpricelevel");
  if (!product) return Fail(product.error());
  if (!level) return Fail(level.error());
  if (!item) return Fail(item.error());
  for (std::int64_t n = 0; n < kListCount; ++n) {
    Draw draw = world.Row("pricelevel", n);
    level->Set("pricelevelid", world.Id("pricelevel", n));
    level->Set("name", kLists[n]);
    level->Set("begindate", world.DaysAgo(400 - n * 30));
    if (n != 0) level->Set("enddate", world.DaysAgo(n == 3 ? 30 : -300));
    level->Set("statecode", n == 3 ? 1 : 0);
    level->Set("statuscode", n == 3 ? 2 : 1);
    world.Stamp(*level, draw, world.administrator, 700);
    if (auto done = world.Write(*level); !done) return done;
  }
  for (std::int64_t n = 0; n < world.products(); ++n) {
    Draw draw = world.Row("product", n);
    const std::int64_t price = draw.Between(5, 4000) * kCents + 90;
    product->Set("productid", world.Id("product", n));
    product->Set("name", std::string(draw.Pick(kGoods)) + " " + Number("M", draw.Below(900)));
    product->Set("productnumber", Number("P-", n + 1));
    product->Set("price", price);
    if (draw.Percent(80))
      product->Set("stockweight", draw.Between(1, 90'000));  // Grams: three decimals of a kilogram.
    product->Set("quantitydecimal", 0);
    const bool active = draw.Percent(90);
    product->Set("statecode", active ? 0 : 1);
    product->Set("statuscode", active ? 1 : 2);
    product->Set("transactioncurrencyid", world.currency);
    product->Set("exchangerate", std::int64_t{10'000'000'000});
    world.Stamp(*product, draw, world.administrator, 900);
    if (auto done = world.Write(*product); !done) return done;
    for (std::int64_t list = 0; list < kListCount; ++list) {
      item->Set("productpricelevelid", world.Id("productpricelevel", n * kListCount + list));
      item->Set("pricelevelid", world.Id("pricelevel", list));
      item->Set("productid", world.Id("product", n));
      item->Set("amount", price * (100 - list * 4) / 100);
      if (list > 0) item->Set("percentage", (100 - list * 4) * 100);
      world.Stamp(*item, draw, world.administrator, 700);
      if (auto done = world.Write(*item); !done) return done;
    }
  }
  return {};
}

}  // namespace satchel::sandbox
