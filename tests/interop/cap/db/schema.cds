using { managed, cuid } from '@sap/cds/common';
namespace crm;

entity Accounts : cuid, managed {
  name      : String(160) not null;
  revenue   : Decimal(15, 2);
  employees : Integer;
  city      : String(80);
  active    : Boolean default true;
  founded   : Date;
  owner     : String(40);
  number    : String(20);
  phone     : String(40);
  street    : String(40);
  web       : String(40);
  contacts  : Association to many Contacts on contacts.account = $self;
}

entity Contacts : cuid, managed {
  firstname : String(80);
  lastname  : String(80);
  email     : String(120);
  phone     : String(40);
  jobtitle  : String(40);
  account   : Association to Accounts;
}
