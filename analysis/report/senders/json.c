/* What senders make of domains with alias exchanges, in the report's JSON; and where two differ. */
#include <stdio.h>

#include "analysis/document/json_form.h"
#include "analysis/report/dane/json.h"
#include "analysis/report/senders/senders.h"

/* The next one that is not 0, from *at on, which moves behind it; false at the end. */
bool senders_next_difference(const struct sender_report *report, unsigned *at,
                             struct sender_difference *ret)
{
    for (; *at < SENDER_PAIRS * DELIVERIES * DELIVERIES; ++*at) {
        unsigned pair = *at / (DELIVERIES * DELIVERIES), first = *at / DELIVERIES % DELIVERIES;
        unsigned second = *at % DELIVERIES;
        uint64_t domains = report->pairs[pair][first][second];
        if (first == second || domains == 0)
            continue;
        *ret = (struct sender_difference){
            .senders = {pair == PAIR_DANE ? SENDER_DANE : SENDER_STS,
                        pair == PAIR_DANE ? SENDER_DANE_TARGET : SENDER_STS_TARGET},
            .deliveries = {(enum delivery)first, (enum delivery)second},
            .domains = domains,
        };
        ++*at;
        return true;
    }
    return false;
}

const char *senders_difference_text(const struct sender_difference *difference,
                                    char ret[SENDER_DIFFERENCE_MAX])
{
    snprintf(ret, SENDER_DIFFERENCE_MAX, "%s: %s; %s: %s", SENDER_MEANINGS[difference->senders[0]],
             delivery_meaning(difference->deliveries[0]), SENDER_MEANINGS[difference->senders[1]],
             delivery_meaning(difference->deliveries[1]));
    return ret;
}

static const char *json_word(enum delivery delivery)
{
    const char *word = delivery_word(delivery);
    return word != NULL ? word : "unknown";
}

json_t *senders_json(const struct sender_report *senders)
{
    json_t *list = json_array(), *differences = json_array();
    struct sender_difference difference;
    for (int i = 0; i < SENDER_COUNT; i++) {
        json_t *item = json_members({"sender", json_string(SENDER_WORDS[i])});
        for (int j = 0; j < DELIVERIES; j++)
            item = json_with_member(item, json_word((enum delivery)j),
                                    count_json(senders->deliveries[i][j]));
        list = json_with_item(list, item);
    }
    for (unsigned at = 0; senders_next_difference(senders, &at, &difference);)
        differences = json_with_item(
            differences,
            json_members({"senders", json_pack("[s, s]", SENDER_WORDS[difference.senders[0]],
                                               SENDER_WORDS[difference.senders[1]])},
                         {"deliveries", json_pack("[s, s]", json_word(difference.deliveries[0]),
                                                  json_word(difference.deliveries[1]))},
                         {"domains", count_json(difference.domains)}));
    return json_members({"domains", count_json(senders->domains)}, {"by_sender", list},
                        {"differences", differences});
}
