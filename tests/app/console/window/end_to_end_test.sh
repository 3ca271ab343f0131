#!/usr/bin/env bash
# An administrator's first hour, with the mouse, in a real window against the sandbox: a project from
# the server, more entities, a filter with a group and a link, previews as two users, a published
# version. What was published then passes `satchel validate` and previews to the same ids on the
# command line.
# end_to_end_test.sh CONSOLE SATCHEL SANDBOX [WxH SCALE]
. "${BASH_SOURCE[0]%/*}/first_hour.sh"  # The arguments are its.
begin

# New from a server.
press start/new
press new/server; write "$url"; key Return
wait_for 60 says 'new/entity/account' || fail "the server's entities are listed"
press new/entity/account
press new/entity/contact
press new/name; write first-hour
press new/title; write "First hour"
press new/create
wait_for 30 says 'screen entities' || fail "the new policy opens"
wait_for 30 test -s "$work/first-hour.yaml" || fail "the new policy is a file"

# Two more from the server's list.
press entities/add
press add-entity/item/incident
press add-entity/item/msdyn_workorder
press add-entity/add
drafted "msdyn_workorder" || fail "entities of the server's list are added"

# A filter with a group and a link, for accounts.
press rail/Filters
pick filters/entity account
root=entities.account.filter
# The owner's condition goes; a manager shall see something, too.
press "filter/remove/$root.and[0]"
press "filter/remove/$root.and[0]"
pick "filter/add/$root/condition" statecode
drafted "statecode" || fail "a condition is added"
press "filter/$root.and[0]/value"; write Active; key Return
pick "filter/add/$root/condition" name
press "filter/$root.and[1]/op"; write "begins with"; key Return
press "filter/$root.and[1]/value/0"; write B
press "filter/row/$root.and[1]"
press "filter/row/$root.and[1]/list/item/or"
drafted "or:" || fail "a condition is put into a group"
pick "filter/add/$root.and[1]/link" "Contact Company Name"
drafted "entity: contact" || fail "a linked entity is added to the group"

preview_as() {  # preview_as NUMBER
  press rail/Preview
  press preview/user; write "${mails[$1]}"; key Return
  press preview/run
  keep_held "$1"
}
preview_as 1
preview_as 2

# Publish.
press rail/Publish
press publish/folder; write "$work/published"
wait_for 30 says "version 0" || fail "the draft is compared with what is published"
see_inspector press publish/details publish/publish
give_reasons press
press publish/publish
press dialog/confirm
agree
leave
echo "passed in $SECONDS s"
