// The field-service company's tables, with Dataverse's own names.
#include "app/sandbox/company/metadata.h"
#include "app/sandbox/company/table_builder.h"

namespace satchel::sandbox {

namespace {

OptionSet Industries() {
  return {"contoso_industry",
          "Industry",
          true,
          {{1, "Accounting"},
           {2, "Agriculture"},
           {3, "Building supply"},
           {4, "Energy"},
           {5, "Food and beverage"},
           {6, "Healthcare"},
           {7, "Manufacturing"},
           {8, "Retail"},
           {9, "Transport"},
           {10, "Utilities"}}};
}

OptionSet Skills() {
  return {"contoso_skill",
          "Skill",
          true,
          {{1, "Electrical"},
           {2, "Hydraulic"},
           {3, "Refrigeration"},
           {4, "Software"},
           {5, "Working at height"}}};
}

std::vector<Option> Priorities() {
  return {{0, "Low"}, {1, "Normal"}, {2, "High"}};
}

void AddCustomers(Metadata& metadata) {
  TableBuilder(metadata, "Account", "accounts", "Account", "Accounts", 1, Ownership::kUser)
      .Text("Name", "Account Name", 160)
      .Name()
      .Required()
      .Text("AccountNumber", "Account Number", 20)
      .Lookup("PrimaryContactId", "Primary Contact", {"contact"}, {"account_primary_contact"})
      .Lookup("ParentAccountId", "Parent Account", {"account"}, {"account_parent_account"})
      .Hierarchy()
      .Text("Telephone1", "Main Phone", 50, "Phone")
      .Text("EMailAddress1", "Email", 100, "Email")
      .Text("WebSiteURL", "Website", 200, "Url")
      .Text("Address1_Line1", "Address 1: Street 1", 250)
      .Text("Address1_City", "Address 1: City", 80)
      .Text("Address1_PostalCode", "Address 1: ZIP/Postal Code", 20)
      .Text("Address1_Country", "Address 1: Country/Region", 80)
      .Double("Address1_Latitude", "Address 1: Latitude", 5, -90, 90)
      .Double("Address1_Longitude", "Address 1: Longitude", 5, -180, 180)
      .Money("Revenue", "Annual Revenue")
      .Money("CreditLimit", "Credit Limit")
      .Boolean("CreditOnHold", "Credit Hold")
      .Boolean("DoNotPhone", "Do not allow Phone Calls", "Allow", "Do Not Allow")
      .Integer("NumberOfEmployees", "Number of Employees", 0, 1'000'000'000)
      .Choice("IndustryCode", "Industry", Industries())
      .Choice("AccountCategoryCode", "Category", {{1, "Preferred Customer"}, {2, "Standard"}})
      .Choice("contoso_RequiredSkills", "Required Skills", Skills(), FieldType::kMultiSelect)
      .Date("contoso_ContractEnd", "Contract End", FieldType::kDateOnly)
      .Memo("Description", "Description")
      .ActiveInactive()
      .Currency()
      .Stamps()
      .Key("AccountNumberKey", "Account number", {"accountnumber"})
      .Tracked();
  TableBuilder(metadata, "Contact", "contacts", "Contact", "Contacts", 2, Ownership::kUser)
      .Text("FirstName", "First Name", 50)
      .Text("LastName", "Last Name", 50)
      .Required()
      .Text("FullName", "Full Name", 160)
      .Name()
      .Computed("trim(coalesce(\"firstname\", '') || ' ' || coalesce(\"lastname\", ''))")
      .Text("JobTitle", "Job Title", 100)
      .Customer("ParentCustomerId", "Company Name",
                {"contact_customer_accounts", "contact_customer_contacts"})
      .Text("EMailAddress1", "Email", 100, "Email")
      .Text("Telephone1", "Business Phone", 50, "Phone")
      .Text("MobilePhone", "Mobile Phone", 50, "Phone")
      .Text("Address1_City", "Address 1: City", 80)
      .Date("BirthDate", "Birthday", FieldType::kDateOnly)
      .Boolean("DoNotEMail", "Do not allow Emails", "Allow", "Do Not Allow")
      .ActiveInactive()
      .Stamps()
      .Tracked();
}

void AddSales(Metadata& metadata) {
  TableBuilder(metadata, "Opportunity", "opportunities", "Opportunity", "Opportunities", 3,
               Ownership::kUser)
      .Text("Name", "Topic", 300)
      .Name()
      .Required()
      .Lookup("ParentAccountId", "Account", {"account"}, {"opportunity_parent_account"})
      .Lookup("ParentContactId", "Contact", {"contact"}, {"opportunity_parent_contact"})
      .Money("EstimatedValue", "Est. Revenue")
      .Date("EstimatedCloseDate", "Est. Close Date", FieldType::kDateOnly)
      .Integer("CloseProbability", "Probability", 0, 100)
      .Choice("PriorityCode", "Priority", Priorities())
      .States({{0, "Open"}, {1, "Won"}, {2, "Lost"}}, {{1, "In Progress", 0},
                                                       {2, "On Hold", 0},
                                                       {3, "Won", 1},
                                                       {4, "Canceled", 2},
                                                       {5, "Out-Sold", 2}})
      .Currency()
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "Product", "products", "Product", "Products", 1024,
               Ownership::kOrganization)
      .Text("Name", "Name", 100)
      .Name()
      .Text("ProductNumber", "Product ID", 100)
      .Money("Price", "List Price")
      .Decimal("StockWeight", "Stock Weight", 3, 0, 1'000'000'000)
      .Integer("QuantityDecimal", "Decimals Supported", 0, 5)
      .ActiveInactive()
      .Currency()
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "PriceLevel", "pricelevels", "Price List", "Price Lists", 1022,
               Ownership::kOrganization)
      .Text("Name", "Name", 100)
      .Name()
      .Date("BeginDate", "Start Date", FieldType::kDateOnly)
      .Date("EndDate", "End Date", FieldType::kDateOnly)
      .ActiveInactive()
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "ProductPriceLevel", "productpricelevels", "Price List Item",
               "Price List Items", 1026, Ownership::kOrganization)
      .Lookup("PriceLevelId", "Price List", {"pricelevel"}, {"price_level_product_price_levels"})
      .Lookup("ProductId", "Product", {"product"}, {"product_price_levels"})
      .Money("Amount", "Amount")
      .Decimal("Percentage", "Percentage", 2, 0, 100'000)
      .Stamps()
      .Tracked();
}

void AddService(Metadata& metadata) {
  TableBuilder(metadata, "Incident", "incidents", "Case", "Cases", 112, Ownership::kUser)
      .Text("Title", "Case Title", 200)
      .Name()
      .Required()
      .Text("TicketNumber", "Case Number", 100)
      .Customer("CustomerId", "Customer",
                {"incident_customer_accounts", "incident_customer_contacts"})
      .Choice("PriorityCode", "Priority", Priorities())
      .Choice("CaseOriginCode", "Origin", {{1, "Phone"}, {2, "Email"}, {3, "Web"}})
      .Memo("Description", "Description")
      .Date("ResolveBy", "Resolve By")
      .States(
          {{0, "Active"}, {1, "Resolved"}, {2, "Canceled"}},
          {{1, "In Progress", 0}, {2, "On Hold", 0}, {5, "Problem Solved", 1}, {6, "Canceled", 2}})
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "msdyn_workorder", "msdyn_workorders", "Work Order", "Work Orders", 10'101,
               Ownership::kUser)
      .Text("msdyn_name", "Work Order Number", 100)
      .Name()
      .Lookup("msdyn_ServiceAccount", "Service Account", {"account"},
              {"msdyn_account_msdyn_workorder_ServiceAccount"})
      .Lookup("msdyn_ServiceRequest", "Case", {"incident"},
              {"msdyn_incident_msdyn_workorder_ServiceRequest"})
      .Choice("msdyn_SystemStatus", "System Status",
              {{690970000, "Unscheduled"},
               {690970001, "Scheduled"},
               {690970002, "In Progress"},
               {690970003, "Completed"},
               {690970004, "Posted"}})
      .Choice("msdyn_Priority", "Priority", Priorities())
      .Date("msdyn_DateWindowStart", "Date Window Start", FieldType::kDateTimeTzi)
      .Date("msdyn_DateWindowEnd", "Date Window End", FieldType::kDateTimeTzi)
      .Integer("msdyn_TotalEstimatedDuration", "Total Estimated Duration")
      .Money("msdyn_EstimateSubtotalAmount", "Estimate Subtotal Amount")
      .Memo("msdyn_Instructions", "Instructions")
      .ActiveInactive()
      .Currency()
      .Stamps()
      .Tracked()
      .Custom();
  TableBuilder(metadata, "BookableResourceBooking", "bookableresourcebookings",
               "Bookable Resource Booking", "Bookable Resource Bookings", 1145, Ownership::kUser)
      .Text("Name", "Name", 100)
      .Name()
      .Lookup("msdyn_WorkOrder", "Work Order", {"msdyn_workorder"},
              {"msdyn_msdyn_workorder_bookableresourcebooking_WorkOrder"})
      .Date("StartTime", "Start Time")
      .Date("EndTime", "End Time")
      .Integer("Duration", "Duration")
      .Choice("BookingType", "Booking Type", {{1, "Solid"}, {2, "Liquid"}})
      .ActiveInactive()
      .Stamps()
      .Tracked();
}

void AddActivities(Metadata& metadata) {
  const std::vector<std::string> regarding = {"account", "contact", "incident", "opportunity"};
  const auto relationships = [&](const std::string& table) {
    std::vector<std::string> names;
    for (const std::string& target : regarding) names.push_back(target + "_" + table + "s");
    return names;
  };
  TableBuilder(metadata, "Task", "tasks", "Task", "Tasks", 4212, Ownership::kUser, "ActivityId")
      .Text("Subject", "Subject", 200)
      .Name()
      .Lookup("RegardingObjectId", "Regarding", regarding, relationships("Task"))
      .Date("ScheduledEnd", "Due Date")
      .Integer("PercentComplete", "Percent Complete", 0, 100)
      .Choice("PriorityCode", "Priority", Priorities())
      .States(
          {{0, "Open"}, {1, "Completed"}, {2, "Canceled"}},
          {{2, "Not Started", 0}, {3, "In Progress", 0}, {5, "Completed", 1}, {6, "Canceled", 2}})
      .Stamps()
      .Activity()
      .Tracked();
  TableBuilder(metadata, "PhoneCall", "phonecalls", "Phone Call", "Phone Calls", 4210,
               Ownership::kUser, "ActivityId")
      .Text("Subject", "Call To", 200)
      .Name()
      .Lookup("RegardingObjectId", "Regarding", regarding, relationships("PhoneCall"))
      .Text("PhoneNumber", "Phone Number", 200, "Phone")
      .Boolean("DirectionCode", "Direction", "Incoming", "Outgoing")
      .Date("ScheduledEnd", "Due")
      .States({{0, "Open"}, {1, "Completed"}, {2, "Canceled"}},
              {{1, "Open", 0}, {2, "Made", 1}, {3, "Canceled", 2}})
      .Stamps()
      .Activity()
      .Tracked();
  TableBuilder(metadata, "Annotation", "annotations", "Note", "Notes", 5, Ownership::kUser)
      .Text("Subject", "Title", 500)
      .Name()
      .Memo("NoteText", "Description", 100'000)
      .Lookup("ObjectId", "Regarding", {"account", "incident", "msdyn_workorder"},
              {"Account_Annotation", "Incident_Annotation", "msdyn_workorder_Annotations"})
      .Boolean("IsDocument", "Is Document")
      .Text("FileName", "File Name", 255)
      .Text("MimeType", "Mime Type", 256)
      .Integer("FileSize", "File Size (Bytes)")
      .Memo("DocumentBody", "Document", 1'073'741'823)
      .Stamps()
      .Tracked();
}

void AddLists(Metadata& metadata) {
  TableBuilder(metadata, "List", "lists", "Marketing List", "Marketing Lists", 4300,
               Ownership::kUser)
      .Text("ListName", "Name", 128)
      .Name()
      .Text("Purpose", "Purpose", 512)
      .Boolean("LockStatus", "Locked", "Unlocked", "Locked")
      .ActiveInactive()
      .Stamps()
      .Tracked();
  TableBuilder(metadata, "ListMember", "listmembers", "Marketing List Member",
               "Marketing List Members", 4301, Ownership::kNone)
      .Id("ListId", "Marketing List")
      .Id("EntityId", "Member")
      .Intersect();
  ManyToManyRelationship members;
  members.schema_name = "listcontact_association";
  members.intersect_entity = "listmember";
  members.entity1 = "list";
  members.entity1_attribute = "listid";
  members.entity1_navigation = "listcontact_association";
  members.entity2 = "contact";
  members.entity2_attribute = "entityid";
  members.entity2_navigation = "listcontact_association";
  metadata.many_to_many.push_back(members);
}

}  // namespace

Metadata CompanyMetadata() {
  Metadata metadata = SystemMetadata();
  metadata.option_sets = {Industries(), Skills()};
  AddCustomers(metadata);
  AddSales(metadata);
  AddService(metadata);
  AddActivities(metadata);
  AddLists(metadata);
  return metadata;
}

}  // namespace satchel::sandbox
