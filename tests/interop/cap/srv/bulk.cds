using crm from '../db/schema';

// The same rows in pages of a thousand, as services that are synchronised set it.
@path: '/odata/v4/bulk'
@cds.query.limit: { default: 1000, max: 1000 }
service BulkService {
  entity Accounts as projection on crm.Accounts;
}
