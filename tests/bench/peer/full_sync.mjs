// What a good script does: fetch the next page while this one is inserted, one transaction, no
// journal, indexes last. Run by full_sync_bench with Node 22.
import { DatabaseSync } from "node:sqlite";

const [url, file] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;" +
  "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY");
const read = async (link) =>
  (await fetch(link, { headers: { Prefer: "odata.maxpagesize=5000", Accept: "application/json" } })).json();

let pending = read(url + "accounts");
let insert = null;
let names = null;
while (pending) {
  const page = await pending;
  const next = page["@odata.nextLink"];
  pending = next ? read(next) : null;
  if (!insert) {
    names = Object.keys(page.value[0]);
    database.exec(`CREATE TABLE account(rid INTEGER PRIMARY KEY, ${names.map((n) => `"${n}"`).join(",")})`);
    insert = database.prepare(
      `INSERT INTO account(${names.map((n) => `"${n}"`).join(",")}) VALUES(${names.map(() => "?").join(",")})`);
    database.exec("BEGIN");
  }
  const values = new Array(names.length);
  for (const row of page.value) {
    for (let i = 0; i < names.length; ++i) values[i] = row[names[i]] ?? null;
    insert.run(...values);
  }
}
database.exec(`CREATE UNIQUE INDEX key ON account(accountid);
  CREATE INDEX parent ON account(_parentaccountid_value);
  CREATE INDEX owner ON account(_ownerid_value);
  CREATE INDEX contact ON account(_primarycontactid_value);
  COMMIT`);
database.close();
