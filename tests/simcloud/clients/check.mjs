// Calls a practice cloud through the vendor's own JavaScript packages, unchanged but for the endpoint.
//
//   AKTUI_NODE_MODULES=DIR node check.mjs '{"endpoint": "http://127.0.0.1:PORT", "good": [ID, SECRET], "inactive": [ID, SECRET]}'
//
// Prints one JSON object: client -> case -> {"ok": true, …} or {"ok": false, "code": …}.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(join(process.env.AKTUI_NODE_MODULES, 'check.cjs'));
const { endpoint, good, inactive } = JSON.parse(process.argv[2]);
const host = endpoint.replace('http://', '');

const keys = {
  right: good,
  'wrong secret': [good[0], 'not-the-secret'],
  inactive,
};

function config(key) {
  return { endpoint: host, protocol: 'http', regionId: 'cn-hangzhou', accessKeyId: key[0], accessKeySecret: key[1] };
}

function typed(name, act) {
  const sdk = load(name);
  const { Config } = load('@alicloud/openapi-core').$OpenApiUtil;
  return (key) => act(new sdk.default(new Config(config(key))), sdk);
}

// There is no JavaScript package for this product: its generic client, with parameters in either place.
function generic(place) {
  return async (key) => {
    const sdk = load('@alicloud/openapi-client');
    const { RuntimeOptions } = load('@alicloud/tea-util');
    const client = new sdk.default(new sdk.Config(config(key)));
    const params = new sdk.Params({
      action: 'LookupEvents', version: '2020-07-06', protocol: 'HTTP', pathname: '/', method: 'POST',
      authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json',
    });
    const asked = { 'LookupAttribute.1.Key': 'User', 'LookupAttribute.1.Value': "o'hara (ci) ~*+/é中!" };
    const answer = await client.callApi(params, new sdk.OpenApiRequest({ [place]: asked }), new RuntimeOptions({}));
    return { events: answer.body.Events.length };
  };
}

function old(method) {
  return async (key) => {
    const Core = load('@alicloud/pop-core');
    const client = new Core({ endpoint, apiVersion: '2019-08-15', accessKeyId: key[0], accessKeySecret: key[1] });
    const params = { UserPrincipalName: '', UserId: '', UserAccessKeyId: good[0] };
    const answer = await client.request('GetUser', params, { method });
    return { user: answer.User.UserId };
  };
}

const clients = {
  sts: typed('@alicloud/sts20150401', async (client) => {
    const answer = await client.getCallerIdentity();
    return { account: answer.body.accountId };
  }),
  ims: typed('@alicloud/ims20190815', async (client, sdk) => {
    const answer = await client.getUser(new sdk.GetUserRequest({ userAccessKeyId: good[0] }));
    return { user: answer.body.user.userId };
  }),
  ram: typed('@alicloud/ram20150501', async (client, sdk) => {
    const answer = await client.listUsers(new sdk.ListUsersRequest({ maxItems: 10 }));
    return { users: answer.body.users.user.map((user) => user.userName).sort() };
  }),
  'actiontrail, generic, query': generic('query'),
  'actiontrail, generic, body': generic('body'),
  'ims, older, POST': old('POST'),
  'ims, older, GET': old('GET'),
};

const report = {};
for (const [client, act] of Object.entries(clients)) {
  report[client] = {};
  for (const [name, key] of Object.entries(keys)) {
    try {
      report[client][name] = { ok: true, ...(await act(key)) };
    } catch (error) {
      report[client][name] = { ok: false, code: error.code, status: error.statusCode ?? null, message: error.message };
    }
  }
}
console.log(JSON.stringify(report));
