// An MCP client as others write them, in front of an MCP server that stands behind the gateway: the same tool is called three times, as on
// any server. Prints one JSON line of what it saw.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, token] = process.argv.slice(2);
const client = new Client({ name: 'npm-client', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } });
await client.connect(transport);

const told = new Promise(resolve => process.stdin.once('data', resolve));
const call = () => client.callTool({ name: 'delete-post', arguments: { id: 7 } });
const tools = (await client.listTools()).tools.map(t => t.name).sort();
const first = await call();
await told;
const second = await call();
const third = await call();
console.log(JSON.stringify({
    tools,
    first: { isError: first.isError ?? false, action: first.structuredContent.action },
    second: { isError: second.isError ?? false, text: second.content[0].text },
    third: { isError: third.isError ?? false, code: third.structuredContent.code },
}));
await transport.terminateSession().catch(() => { });
await client.close();
process.exit(0);
