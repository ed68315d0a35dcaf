import { expect, it } from 'vitest'
import { describeHere } from './here.ts'
import { supportOf } from './support.ts'

const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5'
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0'

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox', 'linux'],
  ['Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'firefox', 'android'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/140.0.0.0`, 'edge', 'windows'],
  [`Mozilla/5.0 (Linux; Android 14; K) ${chrome} Mobile Safari/537.36`, 'chrome', 'android'],
  [`Mozilla/5.0 (Linux; Android 14) SamsungBrowser/28.0 ${chrome} Mobile Safari/537.36`, 'samsung', 'android'],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36`, 'chrome', 'linux'],
  [`${mac} Safari/605.1.15`, 'safari', 'mac'],
  [`Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1`, 'safari', 'ios'],
  ['Lynx/2.9', 'other', 'other'],
])('%s', (userAgent, browser, system) => {
  expect(describeHere({ userAgent, touchPoints: 0, isBrave: false, installed: false })).toEqual({
    ...{ browser, system, installed: false },
  })
})

it('an iPad that says it is a Mac is seen by its touch screen, and Brave by what it says itself', () => {
  const signs = { userAgent: `${mac} Safari/605.1.15`, touchPoints: 5, isBrave: false, installed: false }
  expect(describeHere(signs).system).toBe('ios')
  expect(describeHere({ ...signs, isBrave: true }).browser).toBe('brave')
})

it('an iPhone can be notified once the app is on its home screen; a browser without push cannot', () => {
  const nothing = { worker: true, push: false, notification: false }
  const iphone = { browser: 'safari', system: 'ios' } as const
  expect(supportOf(nothing, { ...iphone, installed: false })).toBe('install_first')
  expect(supportOf(nothing, { ...iphone, installed: true })).toBe('none')
  expect(supportOf(nothing, { browser: 'firefox', system: 'linux', installed: false })).toBe('none')
  const all = { worker: true, push: true, notification: true }
  expect(supportOf(all, { ...iphone, installed: true })).toBe('ok')
})
