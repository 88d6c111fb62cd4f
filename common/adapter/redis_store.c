#include "wf_store.h"
