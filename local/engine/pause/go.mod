module tarmac.dev/pause

go 1.21
