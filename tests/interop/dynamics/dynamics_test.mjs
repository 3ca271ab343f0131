// dynamics-web-api 2.5 against the sandbox. What is expected is Dataverse's documented behaviour.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { DynamicsWebApi } from 'dynamics-web-api';

let sandbox;
let url;

function client(config = {}, token = 'any') {
  return new DynamicsWebApi({
    serverUrl: url,
    dataApi: { path: 'data', version: '9.2' },
    onTokenRefresh: async () => token,
    propagateErrors: true,
    ...config,
  });
}

before(async () => {
  sandbox = spawn(process.env.SANDBOX,
    ['--accounts', '150', '--now', '2026-06-01T08:00:00Z'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: sandbox.stdout })) {
    if (!line.startsWith('READY ')) continue;
    url = new URL(line.slice(6)).origin;
    break;
  }
  assert.ok(url, 'the sandbox says READY');
});

after(async () => {
  const ended = new Promise(done => sandbox.once('exit', done));
  sandbox.kill('SIGTERM');
  assert.equal(await ended, 0, 'the sandbox ends cleanly');
});

const rejects = (promise, status, code) => assert.rejects(promise, error => {
  assert.equal(error.status, status, error.message);
  if (code) assert.equal(error.code, code);
  return true;
});

describe('functions', () => {
  test('WhoAmI names user, business unit and organisation', async () => {
    const who = await client().callFunction({ functionName: 'WhoAmI' });
    for (const id of [who.UserId, who.BusinessUnitId, who.OrganizationId]) {
      assert.match(id, /^[0-9a-f-]{36}$/);
    }
  });

  test('RetrieveTotalRecordCount is not capped and counts all rows', async () => {
    const total = await client().callFunction({
      functionName: 'RetrieveTotalRecordCount', parameters: { EntityNames: ['account'] } });
    const all = await client().retrieveAll({ collection: 'accounts', select: ['name'] });
    assert.deepEqual(total.EntityRecordCountCollection.Keys, ['account']);
    assert.deepEqual(total.EntityRecordCountCollection.Values, [all.value.length]);
  });

  test('an unknown function is an error', async () => {
    await assert.rejects(client().callFunction({ functionName: 'Nonsense' }));
  });
});

describe('queries', () => {
  test('select returns the columns and the key', async () => {
    const page = await client().retrieveMultiple({ collection: 'accounts', select: ['name'], top: 3 });
    assert.equal(page.value.length, 3);
    for (const row of page.value) {
      assert.deepEqual(Object.keys(row).sort(), ['@odata.etag', 'accountid', 'name']);
    }
  });

  test('pages by next link give every row once, in order', async () => {
    const api = client();
    const seen = [];
    let page = await api.retrieveMultiple({
      collection: 'accounts', select: ['name'], orderBy: ['name desc'], maxPageSize: 40 });
    while (true) {
      assert.ok(page.value.length <= 40);
      seen.push(...page.value.map(row => row.accountid));
      if (!page.oDataNextLink) break;
      assert.ok(page.oDataNextLink.startsWith(url), 'next links are absolute');
      page = await api.retrieveMultiple({ collection: 'accounts', maxPageSize: 40 }, page.oDataNextLink);
    }
    const all = await api.retrieveAll({ collection: 'accounts', select: ['name'], orderBy: ['name desc'] });
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(seen, all.value.map(row => row.accountid));
  });

  test('count is the same by $count, by the option and by reading all', async () => {
    const api = client();
    const all = await api.countAll({ collection: 'contacts' });
    assert.equal(await api.count({ collection: 'contacts' }), all);
    const some = await api.count({ collection: 'contacts', filter: "startswith(lastname,'w')" });
    const read = await api.retrieveAll({
      collection: 'contacts', select: ['lastname'], filter: "startswith(lastname,'w')" });
    assert.equal(some, read.value.length);
    assert.ok(some > 0 && some < all);
    assert.ok(read.value.every(row => row.lastname.toLowerCase().startsWith('w')), 'case does not count');
  });

  test('a null fails a comparison and passes ne', async () => {
    const api = client();
    const count = filter => api.count({ collection: 'accounts', filter });
    const all = await count('accountid ne null');
    const without = await count('numberofemployees eq null');
    assert.ok(without > 0);
    const greater = await count('numberofemployees gt 100');
    const less = await count('numberofemployees le 100');
    assert.equal(greater + less + without, all);
  });

  test('a filter on a related row, lambdas, functions and aliases', async () => {
    const api = client();
    const some = await api.retrieveMultiple({
      collection: 'contacts', select: ['fullname'], top: 5,
      filter: "parentcustomerid_account/name ne null and Microsoft.Dynamics.CRM.LastXYears(PropertyName='createdon',PropertyValue=10)",
      expand: [{ property: 'parentcustomerid_account', select: ['name'] }] });
    assert.equal(some.value.length, 5);
    for (const row of some.value) assert.ok(row.parentcustomerid_account.name);
    const any = await api.count({ collection: 'accounts', filter: 'contact_customer_accounts/any()' });
    const none = await api.count({ collection: 'accounts', filter: 'not contact_customer_accounts/any()' });
    const all = await api.count({ collection: 'accounts' });
    assert.ok(any > 0 && none > 0);
    assert.equal(any + none, all);
  });

  test('expanded collections hold the rows that point back', async () => {
    const page = await client().retrieveMultiple({
      collection: 'accounts', select: ['name'], top: 10, filter: 'contact_customer_accounts/any()',
      expand: [{ property: 'contact_customer_accounts', select: ['fullname', '_parentcustomerid_value'] }] });
    for (const row of page.value) {
      assert.ok(row.contact_customer_accounts.length > 0);
      for (const contact of row.contact_customer_accounts) {
        assert.equal(contact._parentcustomerid_value, row.accountid);
      }
    }
  });

  test('annotations come when they are asked for, and only then', async () => {
    const query = { collection: 'accounts', select: ['name', '_ownerid_value', 'statecode', 'revenue'], top: 1 };
    const plain = (await client().retrieveMultiple(query)).value[0];
    assert.ok(!Object.keys(plain).some(key => key.includes('@OData.Community')));
    const row = (await client().retrieveMultiple({ ...query, includeAnnotations: '*' })).value[0];
    assert.equal(row['statecode@OData.Community.Display.V1.FormattedValue'], row.statecode === 0 ? 'Active' : 'Inactive');
    assert.match(row['_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname'], /^(systemuser|team)$/);
    assert.equal(row['_ownerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty'], 'ownerid');
    assert.ok('_transactioncurrencyid_value' in row, 'money brings its currency');
  });

  test('mistakes are 400 and 404 with a code', async () => {
    const api = client();
    await rejects(api.retrieveMultiple({ collection: 'accounts', filter: 'nope eq 1' }), 400, '0x80060888');
    await rejects(api.retrieveMultiple({ collection: 'accounts', filter: "name eq 5" }), 400);
    await rejects(api.retrieveMultiple({ collection: 'accounts', select: ['nope'] }), 400);
    await rejects(api.retrieveMultiple({ collection: 'nopes' }), 404);
    await rejects(api.retrieve({ collection: 'accounts', key: randomUUID(), select: ['name'] }), 404, '0x80040217');
  });
});

describe('FetchXML', () => {
  const xml = count => `<fetch count="${count}"><entity name="contact"><attribute name="fullname"/>` +
    '<order attribute="fullname"/><filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>';

  test('fetchAll follows cookies through every page', async () => {
    const api = client();
    const all = await api.fetchAll({ collection: 'contacts', fetchXml: xml(50), includeAnnotations: '*' });
    const once = await api.fetch({ collection: 'contacts', fetchXml: xml(5000) });
    assert.ok(all.value.length > 100);
    assert.deepEqual(all.value.map(row => row.contactid), once.value.map(row => row.contactid));
  });

  test('the last page has no cookie, earlier ones do', async () => {
    const api = client();
    const first = await api.fetch({ collection: 'contacts', fetchXml: xml(50), includeAnnotations: '*' });
    assert.equal(first['@Microsoft.Dynamics.CRM.morerecords'], true);
    assert.ok(first.PagingInfo.cookie);
    assert.equal(first.PagingInfo.nextPage, 2);
    const last = await api.fetch({ collection: 'contacts', fetchXml: xml(5000), includeAnnotations: '*' });
    assert.equal(last['@Microsoft.Dynamics.CRM.morerecords'], false);
    assert.ok(!last.PagingInfo);
  });

  test('without the preference there is neither cookie nor morerecords', async () => {
    const page = await client().fetch({ collection: 'contacts', fetchXml: xml(50) });
    assert.ok(!('@Microsoft.Dynamics.CRM.morerecords' in page));
    assert.ok(!('@Microsoft.Dynamics.CRM.fetchxmlpagingcookie' in page));
  });

  test('linked columns stand under their alias, nulls are left out, rows repeat per match', async () => {
    const page = await client().fetch({ collection: 'accounts', fetchXml:
      '<fetch><entity name="account"><attribute name="name"/><attribute name="numberofemployees"/>' +
      '<link-entity name="contact" from="parentcustomerid" to="accountid" alias="c"><attribute name="fullname"/></link-entity></entity></fetch>' });
    assert.ok(page.value.every(row => row['c.fullname']));
    assert.ok(page.value.some(row => !('numberofemployees' in row)));
    assert.ok(new Set(page.value.map(row => row.accountid)).size < page.value.length);
  });

  test('aggregates count what a query finds', async () => {
    const api = client();
    const counted = await api.fetch({ collection: 'contacts', fetchXml:
      '<fetch aggregate="true"><entity name="contact"><attribute name="contactid" aggregate="count" alias="n"/></entity></fetch>' });
    assert.equal(counted.value[0].n, await api.countAll({ collection: 'contacts' }));
  });

  test('the wrong set, an unknown operator and 16 links are 400', async () => {
    const api = client();
    await rejects(api.fetch({ collection: 'accounts', fetchXml: xml(5) }), 400);
    await rejects(api.fetch({ collection: 'contacts', fetchXml: xml(5).replace('operator="eq"', 'operator="is"') }), 400);
    const links = '<link-entity name="account" from="accountid" to="parentcustomerid" link-type="outer"/>'.repeat(16);
    await rejects(api.fetch({ collection: 'contacts', fetchXml:
      `<fetch><entity name="contact"><attribute name="fullname"/>${links}</entity></fetch>` }), 400, '0x8004430D');
  });
});

describe('rows', () => {
  test('create, read, update, delete', async () => {
    const api = client();
    const id = await api.create({ collection: 'accounts', data: { name: 'Ünïcode & <Söhne>', revenue: 1234.56 } });
    assert.match(id, /^[0-9a-f-]{36}$/);
    const row = await api.retrieve({ collection: 'accounts', key: id, select: ['name', 'revenue', 'statecode', '_ownerid_value'] });
    assert.equal(row.name, 'Ünïcode & <Söhne>');
    assert.equal(row.revenue, 1234.56);
    assert.equal(row.statecode, 0);
    const who = await api.callFunction({ functionName: 'WhoAmI' });
    assert.equal(row._ownerid_value, who.UserId);
    await api.update({ collection: 'accounts', key: id, data: { name: 'Other' } });
    await api.updateSingleProperty({ collection: 'accounts', key: id, fieldValuePair: { description: 'text' } });
    let now = await api.retrieve({ collection: 'accounts', key: id, select: ['name', 'description'] });
    assert.equal(now.name, 'Other');
    assert.equal(now.description, 'text');
    await api.deleteRecord({ collection: 'accounts', key: id, fieldName: 'description' });
    now = await api.retrieve({ collection: 'accounts', key: id, select: ['description'] });
    assert.equal(now.description, null);
    await api.deleteRecord({ collection: 'accounts', key: id });
    await rejects(api.retrieve({ collection: 'accounts', key: id, select: ['name'] }), 404);
    await rejects(api.deleteRecord({ collection: 'accounts', key: id }), 404);
  });

  test('ETags: 304 when unchanged, 412 when changed, If-Match guards deletes', async () => {
    const api = client();
    const created = await api.create({ collection: 'accounts', data: { name: 'A' }, returnRepresentation: true });
    const key = created.accountid;
    const etag = created['@odata.etag'];
    assert.match(etag, /^W\/"\d+"$/);
    assert.equal(await api.retrieve({ collection: 'accounts', key, select: ['name'], ifnonematch: etag }), undefined);
    const changed = await api.update({ collection: 'accounts', key, data: { name: 'B' }, ifmatch: etag, returnRepresentation: true });
    assert.notEqual(changed['@odata.etag'], etag);
    assert.equal((await api.retrieve({ collection: 'accounts', key, select: ['name'], ifnonematch: etag })).name, 'B');
    await rejects(api.update({ collection: 'accounts', key, data: { name: 'C' }, ifmatch: etag }), 412, '0x80060882');
    await rejects(api.deleteRecord({ collection: 'accounts', key, ifmatch: etag }), 412);
    await api.deleteRecord({ collection: 'accounts', key, ifmatch: changed['@odata.etag'] });
  });

  test('upsert creates, updates, and keeps to its conditions', async () => {
    const api = client();
    const key = randomUUID();
    await rejects(api.upsert({ collection: 'accounts', key, data: { name: 'A' }, ifmatch: '*' }), 404);
    const created = await api.upsert({ collection: 'accounts', key, data: { name: 'A' }, returnRepresentation: true });
    assert.equal(created.accountid, key);
    const updated = await api.upsert({ collection: 'accounts', key, data: { name: 'B' }, returnRepresentation: true });
    assert.equal(updated.name, 'B');
    await rejects(api.upsert({ collection: 'accounts', key, data: { name: 'C' }, ifnonematch: '*' }), 412);
    await rejects(api.create({ collection: 'accounts', data: { accountid: key, name: 'D' } }), 412, '0x80040237');
  });

  test('without propagateErrors a conflict is false and a missing row null', async () => {
    const api = client({ propagateErrors: false });
    const row = await api.create({ collection: 'accounts', data: { name: 'A' }, returnRepresentation: true });
    const stale = 'W/"1"';
    assert.equal(await api.update({ collection: 'accounts', key: row.accountid, data: { name: 'B' }, ifmatch: stale }), false);
    assert.equal(await api.upsert({ collection: 'accounts', key: row.accountid, data: { name: 'B' }, ifnonematch: '*' }), null);
  });

  test('lookups are bound, associated and taken away', async () => {
    const api = client();
    const account = await api.create({ collection: 'accounts', data: { name: 'Parent' } });
    const contact = await api.create({ collection: 'contacts', data: {
      lastname: 'Bound', 'parentcustomerid_account@odata.bind': `accounts(${account})` } });
    const parent = async () => (await api.retrieve({
      collection: 'contacts', key: contact, select: ['_parentcustomerid_value'] }))._parentcustomerid_value;
    assert.equal(await parent(), account);
    await api.disassociate({ collection: 'accounts', primaryKey: account,
      relationshipName: 'contact_customer_accounts', relatedKey: contact });
    assert.equal(await parent(), null);
    await api.associate({ collection: 'accounts', primaryKey: account, relationshipName: 'contact_customer_accounts',
      relatedCollection: 'contacts', relatedKey: contact });
    assert.equal(await parent(), account);
    await api.associateSingleValued({ collection: 'accounts', primaryKey: account,
      navigationProperty: 'primarycontactid', relatedCollection: 'contacts', relatedKey: contact });
    let row = await api.retrieve({ collection: 'accounts', key: account, select: ['_primarycontactid_value'] });
    assert.equal(row._primarycontactid_value, contact);
    await api.disassociateSingleValued({ collection: 'accounts', primaryKey: account, navigationProperty: 'primarycontactid' });
    row = await api.retrieve({ collection: 'accounts', key: account, select: ['_primarycontactid_value'] });
    assert.equal(row._primarycontactid_value, null);
    await rejects(api.create({ collection: 'contacts', data: {
      lastname: 'X', 'parentcustomerid_account@odata.bind': `accounts(${randomUUID()})` } }), 404);
  });

  test('values that do not fit are refused', async () => {
    const api = client();
    await rejects(api.create({ collection: 'accounts', data: { name: 5 } }), 400);
    await rejects(api.create({ collection: 'accounts', data: { name: 'A', nope: 1 } }), 400);
    await rejects(api.create({ collection: 'accounts', data: { name: 'x'.repeat(5000) } }), 400, '0x80044331');
    const id = await api.create({ collection: 'accounts', data: { name: 'A' } });
    await rejects(api.update({ collection: 'accounts', key: id, data: { statecode: 77 } }), 400);
  });

  test('CreateMultiple makes all rows or none', async () => {
    const api = client();
    const type = 'Microsoft.Dynamics.CRM.account';
    const made = await api.callAction({ collection: 'accounts', actionName: 'Microsoft.Dynamics.CRM.CreateMultiple',
      action: { Targets: [{ '@odata.type': type, name: 'M1' }, { '@odata.type': type, name: 'M2' }] } });
    assert.equal(made.Ids.length, 2);
    const before = await api.count({ collection: 'accounts' });
    await assert.rejects(api.callAction({ collection: 'accounts', actionName: 'Microsoft.Dynamics.CRM.CreateMultiple',
      action: { Targets: [{ '@odata.type': type, name: 'M3' }, { '@odata.type': type, nope: 1 }] } }));
    assert.equal(await api.count({ collection: 'accounts' }), before);
  });
});

describe('change tracking', () => {
  test('a delta tells what was created, changed and deleted since', async () => {
    const api = client();
    const doomed = await api.create({ collection: 'accounts', data: { name: 'Doomed' } });
    const kept = await api.create({ collection: 'accounts', data: { name: 'Kept' } });
    const first = await api.retrieveMultiple({ collection: 'accounts', select: ['name'], trackChanges: true });
    assert.ok(first.oDataDeltaLink.startsWith(url), 'delta links are absolute');
    const fresh = await api.create({ collection: 'accounts', data: { name: 'Fresh' } });
    await api.update({ collection: 'accounts', key: kept, data: { name: 'Kept on' } });
    await api.deleteRecord({ collection: 'accounts', key: doomed });
    const delta = await api.retrieveMultiple({ collection: 'accounts' }, first.oDataDeltaLink);
    const rows = delta.value.filter(row => !row['@odata.context']);
    const deleted = delta.value.filter(row => row['@odata.context']?.endsWith('/$deletedEntity'));
    assert.deepEqual(rows.map(row => row.accountid).sort(), [fresh, kept].sort());
    assert.equal(rows.find(row => row.accountid === kept).name, 'Kept on');
    assert.deepEqual(deleted.map(row => [row.id, row.reason]), [[doomed, 'deleted']]);
    const empty = await api.retrieveMultiple({ collection: 'accounts' }, delta.oDataDeltaLink);
    assert.equal(empty.value.length, 0);
    assert.ok(empty.oDataDeltaLink);
  });

  test('pages of a tracked load have next links, the last one the delta link', async () => {
    const api = client();
    let page = await api.retrieveMultiple({ collection: 'contacts', select: ['fullname'], trackChanges: true, maxPageSize: 60 });
    let rows = page.value.length;
    while (page.oDataNextLink) {
      assert.ok(!page.oDataDeltaLink);
      page = await api.retrieveMultiple({ collection: 'contacts', maxPageSize: 60, trackChanges: true }, page.oDataNextLink);
      rows += page.value.length;
    }
    assert.ok(page.oDataDeltaLink);
    assert.equal(rows, await api.countAll({ collection: 'contacts' }));
  });

  test('options other than select are refused', async () => {
    await rejects(client().retrieveMultiple({ collection: 'accounts', trackChanges: true, filter: "name eq 'a'" }), 400);
    await rejects(client().retrieveMultiple({ collection: 'accounts', trackChanges: true, orderBy: ['name'] }), 400);
  });
});

describe('batch', () => {
  test('reads come back in order', async () => {
    const api = client();
    api.startBatch();
    api.retrieveMultiple({ collection: 'accounts', select: ['name'], top: 2 });
    api.count({ collection: 'contacts' });
    api.callFunction({ functionName: 'WhoAmI' });
    const [accounts, contacts, who] = await api.executeBatch();
    assert.equal(accounts.value.length, 2);
    assert.equal(contacts, await api.count({ collection: 'contacts' }));
    assert.ok(who.UserId);
  });

  test('a change set refers to its own rows', async () => {
    const api = client();
    api.startBatch();
    api.create({ collection: 'accounts', data: { name: 'In a batch' }, contentId: '1' });
    api.create({ collection: 'contacts', data: { lastname: 'Batch', 'parentcustomerid_account@odata.bind': '$1' } });
    const [account, contact] = await api.executeBatch();
    const row = await api.retrieve({ collection: 'contacts', key: contact, select: ['_parentcustomerid_value'] });
    assert.equal(row._parentcustomerid_value, account);
  });

  test('a failing change set leaves nothing behind', async () => {
    const api = client();
    const before = await api.count({ collection: 'accounts' });
    api.startBatch();
    api.create({ collection: 'accounts', data: { name: 'Gone' } });
    api.create({ collection: 'accounts', data: { nope: 1 } });
    await assert.rejects(api.executeBatch());
    assert.equal(await api.count({ collection: 'accounts' }), before);
  });
});

describe('metadata', () => {
  test('an entity with its keys', async () => {
    const account = await client().retrieveEntity({ key: "LogicalName='account'",
      select: ['LogicalName', 'EntitySetName', 'PrimaryIdAttribute', 'PrimaryNameAttribute', 'ChangeTrackingEnabled'] });
    assert.equal(account.EntitySetName, 'accounts');
    assert.equal(account.PrimaryIdAttribute, 'accountid');
    assert.equal(account.PrimaryNameAttribute, 'name');
    assert.equal(account.ChangeTrackingEnabled, true);
    assert.ok(account.MetadataId);
  });

  test('entities by a filter', async () => {
    const tracked = await client().retrieveEntities({ select: ['LogicalName'], filter: 'ChangeTrackingEnabled eq true' });
    const names = tracked.value.map(entity => entity.LogicalName);
    assert.ok(names.includes('account') && names.includes('contact'));
  });

  test('attributes, cast to picklists with their labels', async () => {
    const api = client();
    const account = await api.retrieveEntity({ key: "LogicalName='account'", select: ['LogicalName'] });
    const picklists = await api.retrieveAttributes({ entityKey: account.MetadataId,
      castType: 'Microsoft.Dynamics.CRM.PicklistAttributeMetadata', select: ['LogicalName'],
      expand: [{ property: 'OptionSet', select: ['Options'] }] });
    assert.ok(picklists.value.length > 0);
    for (const picklist of picklists.value) {
      for (const option of picklist.OptionSet.Options) assert.ok(option.Label.UserLocalizedLabel.Label);
    }
  });

  test('relationships and global choices', async () => {
    const api = client();
    const relationships = await api.retrieveRelationships({
      castType: 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata', filter: "ReferencedEntity eq 'account'" });
    assert.ok(relationships.value.some(each => each.ReferencedEntityNavigationPropertyName === 'contact_customer_accounts'));
    const sets = await api.retrieveGlobalOptionSets();
    assert.ok(Array.isArray(sets.value));
  });

  test('CSDL', async () => {
    const csdl = await client().retrieveCsdlMetadata();
    assert.match(csdl, /<EntitySet Name="accounts"/);
  });

  test('entity names instead of set names', async () => {
    const page = await client({ useEntityNames: true }).retrieveMultiple({ collection: 'account', select: ['name'], top: 1 });
    assert.equal(page.value.length, 1);
  });
});

describe('users', () => {
  test('somebody else sees fewer rows, and the administrator may look through their eyes', async () => {
    const api = client();
    const users = await api.retrieveMultiple({ collection: 'systemusers', select: ['fullname', 'domainname'], filter: 'isdisabled eq false' });
    const all = await api.count({ collection: 'accounts' });
    let fewer = 0;
    for (const user of users.value.slice(0, 8)) {
      const own = client({}, `user:${user.domainname}`);
      const who = await own.callFunction({ functionName: 'WhoAmI' });
      assert.equal(who.UserId, user.systemuserid);
      let seen;
      try {
        seen = await own.count({ collection: 'accounts' });
      } catch (error) {
        assert.equal(error.status, 403);
        continue;
      }
      assert.ok(seen <= all);
      if (seen < all) ++fewer;
      const impersonated = await client({ impersonate: user.systemuserid }).count({ collection: 'accounts' });
      assert.equal(impersonated, seen);
    }
    assert.ok(fewer > 0, 'row-level security is at work');
  });
});
