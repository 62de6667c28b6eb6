// An MCP client as others write them: the official TypeScript SDK, unmodified. Prints one JSON line of what it saw.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, token, onBehalfOf] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
if (onBehalfOf) headers['Agent-Approvals-On-Behalf-Of'] = onBehalfOf;
const client = new Client({ name: 'npm-client', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
await client.connect(transport);

const tools = (await client.listTools()).tools.map(t => t.name).sort();
const asked = await client.callTool({
    name: 'request_approval',
    arguments: { type: 'wiki.edit', resource: 'wiki://engineering/cache', summary: 'Say it clearer', payload: { body: 'Flush the cache' } },
});
console.error(`asked ${asked.structuredContent.action.id}`);
const waited = await client.callTool({ name: 'wait_for_decision', arguments: { id: asked.structuredContent.action.id, seconds: 50 } });
const reported = waited.isError ? waited : await client.callTool({ name: 'report_result', arguments: { id: asked.structuredContent.action.id, outcome: 'succeeded' } });
console.log(JSON.stringify({
    tools,
    onBehalfOf: asked.structuredContent.action.onBehalfOf,
    permit: waited.structuredContent.permit ?? null,
    payload: waited.structuredContent.payload ?? null,
    status: reported.structuredContent.action?.status ?? null,
    code: reported.structuredContent.code ?? null,
}));
await transport.terminateSession().catch(() => { });
await client.close();
