export type BrowserName = 'firefox' | 'edge' | 'brave' | 'opera' | 'samsung' | 'chrome' | 'safari' | 'other'
export type SystemName = 'android' | 'ios' | 'mac' | 'windows' | 'linux' | 'other'

/** The browser and the device, as far as advice depends on them. */
export type Here = { readonly browser: BrowserName; readonly system: SystemName; readonly installed: boolean }

type Signs = {
  readonly userAgent: string
  readonly touchPoints: number
  readonly isBrave: boolean
  readonly installed: boolean
}

const first = <Name>(table: readonly (readonly [RegExp, Name])[], text: string, otherwise: Name): Name =>
  table.find(([sign]) => sign.test(text))?.[1] ?? otherwise

// In this order: most browsers claim to be others as well.
const browsers: readonly (readonly [RegExp, BrowserName])[] = [
  [/Firefox\/|FxiOS\//, 'firefox'],
  [/Edg(A|iOS)?\//, 'edge'],
  [/OPR\//, 'opera'],
  [/SamsungBrowser\//, 'samsung'],
  [/Chrome\/|CriOS\//, 'chrome'],
  [/Safari\//, 'safari'],
]

const systems: readonly (readonly [RegExp, SystemName])[] = [
  [/Android/, 'android'],
  [/iPhone|iPad|iPod/, 'ios'],
  [/Macintosh/, 'mac'],
  [/Windows/, 'windows'],
  [/Linux|X11|CrOS/, 'linux'],
]

export const describeHere = ({ userAgent, touchPoints, isBrave, installed }: Signs): Here => {
  const system = first(systems, userAgent, 'other')
  return {
    browser: isBrave ? 'brave' : first(browsers, userAgent, 'other'),
    // An iPad says that it is a Mac; Macs have no touch screen.
    system: system === 'mac' && touchPoints > 1 ? 'ios' : system,
    installed,
  }
}

export const here = (): Here =>
  describeHere({
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    isBrave: 'brave' in navigator,
    installed: window.matchMedia('(display-mode: standalone)').matches,
  })

/** On an iPhone or iPad, where the way to the home screen is one that no page can open. */
export const isApple = (): boolean => here().system === 'ios'
