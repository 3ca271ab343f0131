// Names and places of the fakes: of the lengths and alphabets that a console meets.
#pragma once

namespace satchel {

inline constexpr const char* kFakeNames[] = {
    "Contoso Energy s.r.o.", "Łódzkie Zakłady Mięsne", "Fabrikam Wind GmbH",
    "Adventure Works Praha", "Blue Yonder Solar",      "Ελληνική Ενέργεια ΑΕ",
    "Городские сети",        "Žilinská teplárenská",   "Proseware Grid"};
inline constexpr const char* kFakeCities[] = {"Brno",  "Łódź",  "Graz",   "Praha", "Wien",
                                              "Αθήνα", "Одеса", "Žilina", "Győr"};

}  // namespace satchel
