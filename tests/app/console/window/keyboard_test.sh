#!/usr/bin/env bash
# An administrator's first hour with the keyboard alone: from the start screen to a published version,
# in a real window against the sandbox. The mouse is never moved.
# keyboard_test.sh CONSOLE SATCHEL SANDBOX
. "${BASH_SOURCE[0]%/*}/first_hour.sh"  # The arguments are its.
begin

# New from a server.
enter start/new
enter new/server; write "$url"; key Return
wait_for 60 says 'new/entity/account' || fail "the server's entities are listed"
tab_to new/title; write "First hour"  # The name follows from it: first-hour.
enter new/entity/account
enter new/entity/contact
enter new/create shift+Tab
wait_for 30 says 'screen entities' || fail "the new policy opens"

# Two more from the server's list.
enter entities/add; write incident; key Return
drafted incident || fail "an entity of the server's list is added"
enter entities/add; write workorder; key Return
drafted msdyn_workorder || fail "another is added"

# A filter with a group and a link, for accounts.
key ctrl+3
key ctrl+f; write account; key Return
root=entities.account.filter
tab_to "filter/row/$root.and[0]"; key Delete
tab_to "filter/row/$root.and[0]"; key Delete
enter "filter/add/$root/condition"; write statecode; key Return
drafted statecode || fail "a condition is added"
enter "filter/$root.and[0]/value"; write Active; key Return
enter "filter/add/$root/condition"; write name; key Return
enter "filter/$root.and[1]/op"; write "begins with"; key Return
tab_to "filter/$root.and[1]/value/0"; write B
enter "filter/row/$root.and[1]" shift+Tab; write "OR group"; key Return
drafted or: || fail "a condition is put into a group"
enter "filter/add/$root.and[1]/link"; write "Contact Company Name"; key Return
drafted "entity: contact" || fail "a linked entity is added to the group"

for n in 1 2; do
  key ctrl+5
  enter preview/user; write "${mails[$n]}"; key Return
  key ctrl+r
  keep_held "$n"
done

key ctrl+7
tab_to publish/folder; write "$work/published"
wait_for 30 says "version 0" || fail "the draft is compared with what is published"
give_reasons tab_to
key ctrl+Return
enter dialog/confirm
agree
leave
echo "passed in $SECONDS s"
