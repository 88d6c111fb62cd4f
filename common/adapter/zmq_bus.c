#include "wf_bus.h"
