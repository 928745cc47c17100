// engine: the container engines of a host, asked through their APIs.
//
// The engine is trusted as far as it is root anyway; what it reports of images and containers
// (names, labels, environment) is text from their makers and is treated as such. Nothing here
// changes anything: only GET requests are made.
#pragma once
