using crm from '../db/schema';

// Small pages, so that paging is really used; reps see their own accounts, managers all.
@path: '/odata/v4/crm'
@requires: 'authenticated-user'
service CrmService {
  @cds.query.limit: { default: 50, max: 100 }
  @restrict: [
    { grant: 'READ', to: 'rep', where: 'owner = $user' },
    { grant: '*', to: 'manager' }
  ]
  entity Accounts as projection on crm.Accounts;

  @cds.query.limit: { default: 50, max: 100 }
  @restrict: [{ grant: '*', to: ['rep', 'manager'] }]
  entity Contacts as projection on crm.Contacts;
}

annotate CrmService.Accounts with { modifiedAt @odata.etag };
annotate CrmService.Contacts with { modifiedAt @odata.etag };
