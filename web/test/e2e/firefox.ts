import { ensureFirefox } from '@kez-chat/testkit'
import puppeteer, { type Browser } from 'puppeteer-core'

/** A Firefox that gets its pushes from a server of ours, in place of Mozilla's. */
export const launchFirefox = async (pushServerUrl: string, profile: string): Promise<Browser> =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: await ensureFirefox(),
    headless: true,
    userDataDir: profile,
    extraPrefsFirefox: {
      'dom.push.enabled': true,
      'dom.push.connection.enabled': true,
      'dom.push.serverURL': pushServerUrl,
      'dom.push.retryBaseInterval': 100,
      'dom.push.testing.allowInsecureServerURL': true,
      'dom.push.testing.ignorePermission': true,
      'permissions.default.desktop-notification': 1,
      'dom.webnotifications.requireuserinteraction': false,
      // Its own notifications: there is no desktop here that would show them.
      'alerts.useSystemBackend': false,
      'browser.tabs.closeWindowWithLastTab': false,
      'app.normandy.enabled': false,
      'datareporting.policy.dataSubmissionEnabled': false,
    },
  })
