import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const gateway = 'http://127.0.0.1:4000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing becomes a data: URL, so that the gateway's content security policy can stay at 'self'.
    assetsInlineLimit: 0,
    // Cytoscape is one library of 430 kB; it loads with the graph, not with the shell.
    chunkSizeWarningLimit: 700,
    // Libraries change less often than our code: apart, a browser keeps them over our releases.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
            { name: 'apollo', test: /node_modules\/(@apollo|@wry|graphql|graphql-ws|optimism|rxjs|zen-observable)\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/graphql': { target: gateway, ws: true },
      '/auth': gateway,
    },
  },
})
