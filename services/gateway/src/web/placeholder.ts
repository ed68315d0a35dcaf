/** What `/` shows when there is no built web app. */
export const placeholderPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>kez-chat</title>
<h1>kez-chat</h1>
<p>This home server is running. Its web app has not been built: run <code>npm run build:web</code>.</p>
<p><a href="/docs">The HTTP API</a></p>
</html>
`
