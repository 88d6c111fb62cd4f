/* endorse-intake: SPEC.md. */
#include "intake_service.h"

int main(int argc, char **argv)
{
    return wf_program_main(intake_domain(), argc, argv);
}
