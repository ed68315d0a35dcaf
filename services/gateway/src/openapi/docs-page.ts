import { z } from 'zod'

/** The part of an OpenAPI document that the page shows. */
const Operation = z.object({
  summary: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: z.unknown() }))
    .optional(),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  responses: z.record(
    z.string(),
    z.object({
      description: z.string().optional(),
      content: z.record(z.string(), z.object({ schema: z.unknown() })).optional(),
    }),
  ),
})
type Operation = z.infer<typeof Operation>

const Document = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string().optional() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
})

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char)
/** Prose with `code` in back-ticks. */
const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
const json = (value: unknown): string => `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`

const schemaDetails = (title: string, value: unknown): string =>
  `<details><summary>${escapeHtml(title)}</summary>${json(value)}</details>`

const responseRow = ([status, { description, content = {} }]: [string, Operation['responses'][string]]): string => {
  const bodies = Object.entries(content)
    .filter(([type]) => type !== 'application/problem+json')
    .map(([type, body]) => schemaDetails(type, body.schema))
  const problem = 'application/problem+json' in content ? 'problem document: ' : ''
  const said = description === 'Default Response' ? '' : (description ?? '')
  return `<tr><th>${escapeHtml(status)}</th><td>${problem}${prose(said)}${bodies.join('')}</td></tr>`
}

const operation = (path: string, method: string, op: Operation): string => `
<section>
<h3><span class="method">${escapeHtml(method.toUpperCase())}</span> <code>${escapeHtml(path)}</code></h3>
<p>${prose(op.summary ?? '')}${op.security ? ' <b>Signed by the owner.</b>' : ''}</p>
${op.description ? `<p>${prose(op.description)}</p>` : ''}
${(op.parameters ?? []).map((parameter) => schemaDetails(`${parameter.name} (${parameter.in}${parameter.required ? ', required' : ''})`, parameter.schema)).join('')}
${Object.entries(op.requestBody?.content ?? {})
  .map(([type, body]) => schemaDetails(`body: ${type}`, body.schema))
  .join('')}
<table>${Object.entries(op.responses).map(responseRow).join('')}</table>
</section>`

/** The API as one page without scripts. */
export const docsPage = (openapi: unknown): string => {
  const { info, paths } = Document.parse(openapi)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, op]) => ({ path, method, op })),
  )
  const tags = [...new Set(operations.map(({ op }) => op.tags?.[0] ?? 'other'))]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: HTTP API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<main>
<h1>${escapeHtml(info.title)}</h1>
<p>Version ${escapeHtml(info.version)}. ${prose(info.description ?? '')} <a href="/openapi.json">OpenAPI 3.1 document</a>.</p>
${tags
  .map(
    (tag) =>
      `<h2>${escapeHtml(tag)}</h2>${operations
        .filter(({ op }) => (op.tags?.[0] ?? 'other') === tag)
        .map(({ path, method, op }) => operation(path, method, op))
        .join('')}`,
  )
  .join('')}
</main>
</body>
</html>
`
}

export const docsStyle = `:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; text-transform: capitalize; }
section { border-top: 1px solid #8886; padding: 0.5rem 0 1rem; }
h3 { margin: 0.5rem 0; overflow-wrap: anywhere; }
.method { font-size: 0.85em; border: 1px solid; border-radius: 0.3rem; padding: 0 0.4rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.5rem; background: #8882; border-radius: 0.3rem; }
table { border-collapse: collapse; margin-top: 0.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.15rem 1rem 0.15rem 0; }
`
