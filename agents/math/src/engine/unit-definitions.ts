/** Exponents of metre, kilogram, second, ampere, kelvin, mole, candela, bit and turn. */
export type Dimension = readonly number[]

export const NONE: Dimension = [0, 0, 0, 0, 0, 0, 0, 0, 0]

export const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  length: [1, 0, 0, 0, 0, 0, 0, 0, 0],
  mass: [0, 1, 0, 0, 0, 0, 0, 0, 0],
  time: [0, 0, 1, 0, 0, 0, 0, 0, 0],
  current: [0, 0, 0, 1, 0, 0, 0, 0, 0],
  temperature: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  amount: [0, 0, 0, 0, 0, 1, 0, 0, 0],
  luminosity: [0, 0, 0, 0, 0, 0, 1, 0, 0],
  data: [0, 0, 0, 0, 0, 0, 0, 1, 0],
  angle: [0, 0, 0, 0, 0, 0, 0, 0, 1],
  area: [2, 0, 0, 0, 0, 0, 0, 0, 0],
  volume: [3, 0, 0, 0, 0, 0, 0, 0, 0],
  frequency: [0, 0, -1, 0, 0, 0, 0, 0, 0],
  force: [1, 1, -2, 0, 0, 0, 0, 0, 0],
  pressure: [-1, 1, -2, 0, 0, 0, 0, 0, 0],
  energy: [2, 1, -2, 0, 0, 0, 0, 0, 0],
  power: [2, 1, -3, 0, 0, 0, 0, 0, 0],
  charge: [0, 0, 1, 1, 0, 0, 0, 0, 0],
  voltage: [2, 1, -3, -1, 0, 0, 0, 0, 0],
  resistance: [2, 1, -3, -2, 0, 0, 0, 0, 0],
  conductance: [-2, -1, 3, 2, 0, 0, 0, 0, 0],
  capacitance: [-2, -1, 4, 2, 0, 0, 0, 0, 0],
  inductance: [2, 1, -2, -2, 0, 0, 0, 0, 0],
  flux: [2, 1, -2, -1, 0, 0, 0, 0, 0],
  fluxDensity: [0, 1, -2, -1, 0, 0, 0, 0, 0],
}

/**
 * dimension: factor to base units, exact: names. After a name, the prefixes that it takes: "*" those of the SI, "**"
 * their long names, "^2" and "^3" those of the SI to that power, "+" also the binary ones (KiB), "++" their long names.
 *
 * By the SI Brochure (9th edition), the international yard and pound of 1959, and NIST Special Publication 811,
 * appendix B: an acre is that of the international foot, a BTU that of the International Table, a gallon, barrel,
 * hundredweight and ton those of the United States, a horsepower 550 ft lbf/s, a spoon that of food labels (21 CFR
 * 101.9), a year the Julian one of the IAU, a torr 1/760 atm, a millimetre of mercury or of water the conventional one.
 */
export const DEFINITIONS = `
length: 1: m* meter** meters** metre** metres**
length: 0.0000000001: angstrom angstroms
length: 0.0000254: mil
length: 0.0254: in inch inches
length: 0.3048: ft foot feet
length: 0.9144: yd yard yards
length: 0.201168: li link links
length: 5.0292: rd rod rods
length: 20.1168: ch chain chains
length: 1609.344: mi mile miles
area: 1: m2^2
area: 0.00000000064516: sqmil
area: 0.00064516: sqin
area: 0.09290304: sqft sqfeet
area: 0.83612736: sqyd sqyard
area: 25.29285264: sqrd
area: 404.68564224: sqch
area: 2589988.110336: sqmi sqmile sqmiles
area: 4046.8564224: acre acres
area: 10000: hectare hectares
volume: 1: m3^3
volume: 0.001: L* l* lt* liter** liters** litre** litres**
volume: 0.000001: cc
volume: 0.000016387064: cuin
volume: 0.028316846592: cuft
volume: 0.764554857984: cuyd
volume: 0.000005: teaspoon teaspoons
volume: 0.000015: tablespoon tablespoons
volume: 0.000000061611519921875: minim minims
volume: 0.0000036966911953125: fluiddram fluiddrams fldr
volume: 0.0000295735295625: fluidounce fluidounces floz
volume: 0.00011829411825: gill gills gi
volume: 0.0002365882365: cup cups cp
volume: 0.000473176473: pint pints pt
volume: 0.000946352946: quart quarts qt
volume: 0.003785411784: gallon gallons gal
volume: 0.117347765304: beerbarrel beerbarrels bbl
volume: 0.158987294928: oilbarrel oilbarrels obl
volume: 0.238480942392: hogshead hogsheads
mass: 0.001: g* gram** grams**
mass: 1000: t* tonne** tonnes**
mass: 0.00006479891: grain grains gr
mass: 0.0017718451953125: dram drams dr
mass: 0.028349523125: oz ounce ounces
mass: 0.45359237: lb lbs lbm poundmass poundmasses
mass: 6.35029318: stone
mass: 45.359237: cwt hundredweight hundredweights
mass: 907.18474: ton** tons**
time: 1: s* sec** second** seconds** secs**
time: 60: min mins minute minutes
time: 3600: h hr hrs hour hours
time: 86400: day days
time: 604800: week weeks
time: 2629800: month months
time: 31557600: year years
time: 315576000: decade decades
time: 3155760000: century centuries
time: 31557600000: millennium millennia
current: 1: A* ampere** amperes** amp** amps**
temperature: 1: K* kelvin**
temperature: 5/9: degR* rankine**
amount: 1: mol* mole** moles**
luminosity: 1: cd* candela**
angle: 1: cycle cycles
angle: 1/360: deg* degree** degrees**
angle: 1/400: grad* gradian** gradians**
angle: 1/21600: arcmin arcminute arcminutes
angle: 1/1296000: arcsec arcsecond arcseconds
frequency: 1: Hz* hertz**
force: 1: N* newton** newtons**
force: 0.00001: dyn* dyne**
force: 4.4482216152605: lbf poundforce
force: 4448.2216152605: kip* kips**
force: 9.80665: kgf kilogramforce
pressure: 1: Pa*
pressure: 100000: bar* bar**
pressure: 101325: atm
pressure: 101325/760: torr*
pressure: 133.322387415: mmHg* mmhg*
pressure: 9.80665: mmH2O* mmh2o*
pressure: 98.0665: cmH2O cmh2o
pressure: 44482216152605/6451600000: psi
energy: 1: J* joule** joules**
energy: 0.0000001: erg* erg**
energy: 3600: Wh*
energy: 1055.05585262: BTU BTUs
energy: 0.0000000000000000001602176634: eV* electronvolt** electronvolts**
power: 1: W* watt** watts** VA*
power: 745.69987158227022: hp
charge: 1: C* coulomb** coulombs**
charge: 3600: Ah*
voltage: 1: V* volt** volts**
resistance: 1: ohm* ohm** ohms* ohms**
conductance: 1: S* siemens**
capacitance: 1: F* farad** farads**
inductance: 1: H* henry**
flux: 1: Wb* weber** webers**
fluxDensity: 1: T* tesla** teslas**
data: 1: b+ bit++ bits++
data: 8: B+ byte++ bytes++
`

/** Radians to the turn, 1 / (2 pi) to 60 digits: the one factor that no fraction is. */
export const TURNS_PER_RADIAN = '0.159154943091895335768883763372514362034459645740456448747667'
export const RADIANS = ['rad*', 'radian**', 'radians**']

/** Temperatures of a scale that does not begin at absolute zero: what is added to a reading, and kelvins to a degree. */
export const SCALES: Readonly<Record<string, { readonly offset: string; readonly factor: string }>> = {
  degC: { offset: '273.15', factor: '1' },
  celsius: { offset: '273.15', factor: '1' },
  degF: { offset: '459.67', factor: '5/9' },
  fahrenheit: { offset: '459.67', factor: '5/9' },
}

/** Short names and long ones of the powers of ten. */
const POWERS_OF_TEN =
  'Q quetta 30, R ronna 27, Y yotta 24, Z zetta 21, E exa 18, P peta 15, T tera 12, G giga 9, M mega 6, k kilo 3, ' +
  'h hecto 2, da deca 1, d deci -1, c centi -2, m milli -3, u micro -6, n nano -9, p pico -12, f femto -15, ' +
  'a atto -18, z zepto -21, y yocto -24, r ronto -27, q quecto -30'
const BINARY = 'Ki kibi 1, Mi mebi 2, Gi gibi 3, Ti tebi 4, Pi pebi 5, Ei exi 6, Zi zebi 7, Yi yobi 8'

/** A prefix and its factor: `base` to the power `exponent`. */
export interface Prefix {
  readonly name: string
  readonly base: number
  readonly exponent: number
}

const read = (text: string, column: 0 | 1, base: number): Prefix[] =>
  text.split(', ').map((each) => {
    const [short = '', long = '', exponent = '0'] = each.split(' ')
    return { name: column === 0 ? short : long, base, exponent: Number(exponent) }
  })
const toPower = (prefixes: readonly Prefix[], power: number): Prefix[] =>
  prefixes.map((prefix) => ({ ...prefix, exponent: prefix.exponent * power }))

const SHORT = read(POWERS_OF_TEN, 0, 10)
const LONG = read(POWERS_OF_TEN, 1, 10)

/** By the mark after a name. */
export const PREFIXES: Readonly<Record<string, readonly Prefix[]>> = {
  '': [],
  '*': SHORT,
  '**': LONG,
  '^2': toPower(SHORT, 2),
  '^3': toPower(SHORT, 3),
  '+': [...SHORT.filter(({ exponent }) => exponent > 2), ...read(BINARY, 0, 1024)],
  '++': [...LONG.filter(({ exponent }) => exponent > 2), ...read(BINARY, 1, 1024)],
}
