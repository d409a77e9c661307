#include "compute_records.h"

#define TAKI_ROW struct taki_person_note
static const struct taki_field person_fields[] = {TAKI_PERSON_NOTE(TAKI_FIELD)};
#undef TAKI_ROW
#define TAKI_ROW struct taki_pass_note
static const struct taki_field pass_fields[] = {TAKI_PASS_NOTE(TAKI_FIELD)};
#undef TAKI_ROW
#define TAKI_ROW struct taki_touch_note
static const struct taki_field touch_fields[] = {TAKI_TOUCH_NOTE(TAKI_FIELD)};
#undef TAKI_ROW
#define TAKI_ROW struct taki_activity_note
static const struct taki_field activity_fields[] = {TAKI_ACTIVITY_NOTE(TAKI_FIELD)};
#undef TAKI_ROW

const struct taki_note_kind taki_person_note_kind = {person_fields, TAKI_LEN(person_fields),
                                                     sizeof(struct taki_person_note)};
const struct taki_note_kind taki_pass_note_kind = {pass_fields, TAKI_LEN(pass_fields), sizeof(struct taki_pass_note)};
const struct taki_note_kind taki_touch_note_kind = {touch_fields, TAKI_LEN(touch_fields),
                                                    sizeof(struct taki_touch_note)};
const struct taki_note_kind taki_activity_note_kind = {activity_fields, TAKI_LEN(activity_fields),
                                                       sizeof(struct taki_activity_note)};
