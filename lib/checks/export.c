/* SPDX-License-Identifier: MIT */
/* Whether the USB gadget offers what the area lies on to another computer. */
#include "goal.h"

void scfg_check_export(const struct scfg_survey *survey, const struct scfg_goal *goal,
		       struct scfg_findings *list)
{
	const struct scfg_export *found = &survey->exported;
	bool starts = goal->makes || goal->resizes || goal->formats || goal->activates ||
		      survey->spec->boot > SWAPCFG_BOOT_NONE;
	/* Also where it can only be read: memory has passwords in it. */
	bool reached = found->kind >= SCFG_EXPORT_READS;

	if (survey->place_err || !(starts || reached))
		return;
	scfg_export_say(found,
			starts && reached ? SWAPCFG_SEVERITY_BLOCKER : SWAPCFG_SEVERITY_WARNING,
			survey->place.path, starts ? "choose another path, or " : "", list);
}
