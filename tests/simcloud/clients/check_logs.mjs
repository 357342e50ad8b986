// Reads logs of a practice cloud through the vendor's own JavaScript packages, unchanged but for the endpoint.
//
//   AKTUI_NODE_MODULES=DIR node check_logs.mjs '{"port": P, "key": [ID, SECRET], "from": S, "to": S, "query": Q, "sql": Q}'
//
// The packages put the project before the host name, so names are looked up as this machine.
// Prints one JSON object: client -> question -> answer, or {"code": …} of a refusal.

import { createRequire } from 'node:module';
import dns from 'node:dns';
import { join } from 'node:path';

dns.lookup = (name, options, done) => {
  const answer = typeof options === 'function' ? options : done;
  return options.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4);
};

const load = createRequire(join(process.env.AKTUI_NODE_MODULES, 'check.cjs'));
const asked = JSON.parse(process.argv[2]);
const [accessKeyId, accessKeySecret] = asked.key;
const where = ['acme-logs', 'oss-log-store'];
const endpoint = `cn-hangzhou.log.aliyuncs.com:${asked.port}`;

function older() {
  const client = new (load('@alicloud/log'))({ accessKeyId, accessKeySecret, endpoint });
  const window = [new Date(asked.from * 1000), new Date(asked.to * 1000)];
  return {
    logstores: async () => (await client.listLogStore(where[0])).logstores,
    search: async () => (await client.getLogs(...where, ...window, { query: asked.query, line: 2 })).map((row) => row.object),
    sql: async () => (await client.getLogs(...where, ...window, { query: asked.sql })).map((row) => row.c),
    histogram: async () => (await client.getHistograms(...where, ...window, { query: asked.query })).reduce((sum, part) => sum + part.count, 0),
    refused: async () => client.getLogs(...where, ...window, { query: 'object: x' }),
  };
}

function newer(signatureVersion, acceptEncoding) {
  const sdk = load('@alicloud/sls20201230');
  const { Config } = load('@alicloud/openapi-core').$OpenApiUtil;
  const { RuntimeOptions } = load('@alicloud/tea-util');
  const client = new sdk.default(new Config({
    accessKeyId, accessKeySecret, endpoint, regionId: 'cn-hangzhou', protocol: 'http', signatureVersion,
  }));
  const read = async (query, line) => {
    const request = new sdk.GetLogsV2Request({ from: asked.from, to: asked.to, query, line });
    const headers = new sdk.GetLogsV2Headers({ acceptEncoding });
    return (await client.getLogsV2WithOptions(...where, request, headers, new RuntimeOptions({}))).body.data;
  };
  return {
    logstores: async () => (await client.listLogStores(where[0], new sdk.ListLogStoresRequest({}))).body.logstores,
    search: async () => (await read(asked.query, 2)).map((row) => row.object),
    sql: async () => (await read(asked.sql)).map((row) => row.c),
    histogram: async () => {
      const request = new sdk.GetHistogramsRequest({ from: asked.from, to: asked.to, query: asked.query });
      return (await client.getHistograms(...where, request)).body.reduce((sum, part) => sum + part.count, 0);
    },
    refused: async () => read('object: x'),
  };
}

const clients = {
  older: older(),
  'newer, v1, lz4': newer(undefined, 'lz4'),
  'newer, v4, lz4': newer('v4', 'lz4'),
  'newer, v4, gzip': newer('v4', 'gzip'),
};

const report = {};
for (const [client, questions] of Object.entries(clients)) {
  report[client] = {};
  for (const [question, ask] of Object.entries(questions)) {
    try {
      report[client][question] = await ask();
    } catch (error) {
      report[client][question] = { code: error.code ?? error.message };
    }
  }
}
console.log(JSON.stringify(report));
