import { createProgress } from './launcher/progress.ts'
import { buildWebApp, WebBuildError, webApp } from './launcher/web-build.ts'

const progress = createProgress(process.stdout)
try {
  await progress.step('Building the web app', buildWebApp)
  progress.say(`  ${webApp().dist}`)
} catch (error) {
  if (!(error instanceof WebBuildError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
