// Short stories in which known bugs hide: several things in a row, on one device, that chance alone
// seldom brings together. A seed has one or two, drawn like everything else.
#pragma once

#include "tests/sim/op.h"
#include "tests/sim/prng.h"

namespace satchel::sim {

inline constexpr std::size_t kScenes = 9;

struct Mood {
  bool traced = false;     // Nothing that only a sweep can see.
  bool automatic = false;  // Every policy with `reconcile: auto`.
};
// Appends one to the case.
void AddScene(std::size_t which, Prng& prng, std::uint32_t device, const Mood& mood, Case& one);
// Before a device's first sync: its first download breaks off, and a policy may come meanwhile.
void AddBrokenStart(Prng& prng, std::uint32_t device, const Mood& mood, Case& one);
// A sync whose answers are lost, and somebody else who writes what the user writes next.
void AddColleague(Prng& prng, std::uint32_t device, const Mood& mood, Case& one);
// A record that others delete, and that they and the device's user make again.
void AddMadeAgain(Prng& prng, std::uint32_t device, const Mood& mood, Case& one);
// At the end of a case: something that leaves no trace, and a day in which it must be noticed.
void AddDayAfter(Prng& prng, Case& one);

// A policy with `reconcile: auto`.
[[nodiscard]] std::uint32_t Automatic(std::uint32_t variant);
// Pages so short that everything has several.
void ShortenPages(Case& one);

}  // namespace satchel::sim
