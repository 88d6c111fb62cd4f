/* The ports' functions: each calls the adapter's row. */
#include "wf_bus.h"
#include "wf_store.h"
#include <stdlib.h>
#include <string.h>
