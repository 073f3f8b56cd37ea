// Reads JSON-LD in a process of its own. The library keeps nodes in plain objects by their ids, so that a text could
// change what every object inherits; and it compares each value of a property with all the others.
// Plain JavaScript, so that it starts without tsx.
import jsonld from 'jsonld'

/** How many of each kind are told: as many as are ever shown. */
const MAX_TOLD = 1000

const losses = new Map()
const remarks = new Map()
let remote = null

const tell = ({ code, message, details }) => {
  const isLoss = /^(relative|invalid)/.test(code)
  const told = isLoss ? losses : remarks
  const texts = Object.values(details ?? {}).filter((detail) => typeof detail === 'string')
  const key = JSON.stringify([code, texts])
  if (told.size < MAX_TOLD && !told.has(key)) told.set(key, { isLoss, message, texts })
}

/** Tells of the one property that the library loses without a word: setting it on an object sets none. */
const tellProto = (json) => {
  if (typeof json !== 'object' || json === null) return
  if (Object.hasOwn(json, '__proto__')) {
    tell({ code: 'invalid property', message: 'No property may have this name.', details: { property: '__proto__' } })
  }
  for (const part of Object.values(json)) tellProto(part)
}

const options = {
  documentLoader: async (url) => {
    remote = url
    throw new Error('nothing is fetched')
  },
  eventHandler: ({ event }) => tell(event),
}

const read = async (content) => {
  let json
  try {
    json = JSON.parse(content)
  } catch (error) {
    return { syntaxError: error.message }
  }
  tellProto(json)
  try {
    const expanded = await jsonld.expand(json, options)
    // What has relative ids is refused anyway, and it is they that reach into objects.
    const quads = losses.size === 0 ? await jsonld.toRDF(expanded, { ...options, skipExpansion: true }) : []
    return { quads: losses.size === 0 ? quads : [] }
  } catch (error) {
    return { error: String(error?.message ?? error), isTooDeep: error instanceof RangeError }
  }
}

process.once('message', async (content) => {
  const answer = { quads: [], syntaxError: null, error: null, isTooDeep: false, ...(await read(content)) }
  process.send({ ...answer, remote, events: [...losses.values(), ...remarks.values()] })
})
