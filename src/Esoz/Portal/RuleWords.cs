using System.Collections.Frozen;

namespace Esoz.Portal;

/// <summary>The rules of gateway and cards in Ukrainian; their English is that of the cards. A test holds that none is missing.</summary>
internal static class RuleWords
{
    /// <summary>Null when the rule has none.</summary>
    public static string? Of(string rule) => ByRule.GetValueOrDefault(rule);

    private static readonly FrozenDictionary<string, string> ByRule = new Dictionary<string, string>
    {
        ["Authorization header carries a bearer token"] =
            "заголовок Authorization має токен Bearer",
        ["Authorization header carries a bearer token, or there is only an api-key"] =
            "заголовок Authorization має токен Bearer, або є лише api-key",
        ["api-key header is present and not empty"] =
            "заголовок api-key є і не порожній",
        ["rate limit of the route group is not used up (when the deployment sets one)"] =
            "обмеження частоти запитів групи не вичерпано (якщо воно встановлене)",
        ["not too many requests of the client are under way (when the deployment sets a limit)"] =
            "клієнт не має забагато незавершених запитів (якщо встановлено межу)",
        ["api-key is known and not expired, its client may work"] =
            "api-key відомий і чинний, його клієнт не заблокований",
        ["token is known and not expired, its client and user may work"] =
            "токен відомий і чинний, його клієнт і користувач не заблоковані",
        ["if the api-key is bound to client certificates, the connection has shown one of them, and it is in force"] =
            "якщо api-key прив’язаний до сертифікатів клієнта, з’єднання показало один із них, і він чинний",
        ["api-key belongs to the client of the token, to one that acts for it by a connection, or to the NHS"] =
            "api-key належить клієнту токена, тому, хто діє за нього через підключення, або НСЗУ",
        ["every scope of the method is granted"] =
            "надано кожен scope методу",
        ["one of the scopes of the method is granted"] =
            "надано один зі scope методу",
        ["every scope of the method is among those that the owner of the api-key may use for others"] =
            "кожен scope методу є серед тих, якими власник api-key може користуватися за інших",
        ["one of the scopes of the method is among those that the owner of the api-key may use for others"] =
            "один зі scope методу є серед тих, якими власник api-key може користуватися за інших",
        ["body is JSON in UTF-8 without repeated member names, at most 32 levels deep"] =
            "тіло є JSON у UTF-8 без повторених назв, не глибше 32 рівнів",
        ["body is not larger than the method allows, whatever Content-Length says"] =
            "тіло не більше, ніж дозволяє метод, хоч би що казав Content-Length",
        ["media type of a body is application/json in UTF-8"] =
            "тип тіла application/json у UTF-8",
        ["Idempotency-Key was not used for another request within 24 hours"] =
            "Idempotency-Key не вживали для іншого запиту протягом 24 годин",
        ["Idempotency-Key, when it is sent, is one of 1 to 255 visible ASCII characters"] =
            "Idempotency-Key, якщо його надіслано, має від 1 до 255 видимих символів ASCII",
        ["body fits its schema; every fault is listed"] =
            "тіло відповідає схемі; названо кожну ваду",
        ["query parameters have their type; every fault is listed"] =
            "параметри запиту мають свій тип; названо кожну ваду",
        ["nothing unexpected happens"] =
            "не стається нічого неочікуваного",
        ["the database answers"] =
            "база даних відповідає",
        ["no other request holds a lock for long"] =
            "жоден інший запит не тримає блокування надто довго",
        ["MSP: no other of the division has the same speciality_type and providing_condition"] =
            "MSP: у місця надання послуг немає іншої з тими самими speciality_type і providing_condition",
        ["NDJSON: the range begins before the end"] =
            "NDJSON: діапазон починається до кінця файлу",
        ["NHS legal entity exists, is_active = true, type NHS"] =
            "заклад НСЗУ існує, is_active = true, тип NHS",
        ["NHS signer exists"] =
            "підписант НСЗУ існує",
        ["NHS signer: works in the legal entity nhs_legal_entity_id of type NHS, APPROVED, is_active = true"] =
            "підписант НСЗУ працює в закладі nhs_legal_entity_id типу NHS, APPROVED, is_active = true",
        ["PHARMACY: the division has no other"] =
            "PHARMACY: у місця надання послуг немає іншої",
        ["PHARMACY_DRUGS: no other of the division has the same type"] =
            "PHARMACY_DRUGS: у місця надання послуг немає іншої того самого типу",
        ["SMS: the user has a row of this type; TOTP needs none"] =
            "SMS: користувач має чинник цього типу; для TOTP він не потрібен",
        ["a VERIFIED contract: no other active VERIFIED contract has its contract_number"] =
            "договір VERIFIED: жоден інший діючий VERIFIED не має його contract_number",
        ["a category with a type of licence has a licence"] =
            "категорія, що потребує ліцензії, має ліцензію",
        ["a code is awaited, not older than OTP_LIFETIME"] =
            "на код чекають не довше за OTP_LIFETIME",
        ["a connection of the client has this secret and has not ended, or the client is public and sends none; neither the client nor the consumer of the connection is blocked"] =
            "підключення клієнта має цей секрет і діє, або клієнт публічний і секрету не надсилає; ні клієнт, ні споживач не заблоковані",
        ["a snapshot is ready"] =
            "знімок готовий",
        ["a speciality of the employee, held officio unless configured otherwise, is that of the service"] =
            "спеціальність працівника (за посадою, якщо не налаштовано інакше) збігається зі спеціальністю послуги",
        ["an absence ends after its start"] =
            "перерва закінчується після свого початку",
        ["asyncJobId is a uuid"] =
            "asyncJobId є uuid",
        ["authorize_2fa_access_token: otp is present"] =
            "authorize_2fa_access_token: otp надіслано",
        ["available_end_time is absent with all_day = true"] =
            "за all_day = true немає available_end_time",
        ["available_end_time is present with all_day = false"] =
            "за all_day = false є available_end_time",
        ["available_start_time is absent with all_day = true"] =
            "за all_day = true немає available_start_time",
        ["available_start_time is present with all_day = false"] =
            "за all_day = false є available_start_time",
        ["canonical name is at most 255 bytes of UTF-8"] =
            "канонічна назва має не більше 255 байтів UTF-8",
        ["canonical name is neither . nor .. and holds no /, \\, control or bidirectional character"] =
            "канонічна назва не є . чи .. і не має /, \\, керівних символів і символів напрямку",
        ["canonical name is not empty"] =
            "канонічна назва не порожня",
        ["category code is in the dictionary"] =
            "код категорії є в довіднику",
        ["category is allowed for the type"] =
            "категорія дозволена для типу",
        ["category is allowed for the type of the legal entity"] =
            "категорія дозволена для типу закладу",
        ["change_password: scope is exactly user:change_password"] =
            "change_password: scope рівно user:change_password",
        ["client exists"] =
            "клієнт існує",
        ["client is not blocked"] =
            "клієнт не заблокований",
        ["client is that of the token; NHS sees all"] =
            "клієнт є клієнтом токена; НСЗУ бачить усіх",
        ["client of the token is the custodian, the encounter's legal entity or the episode's"] =
            "клієнт токена є утримувачем, закладом взаємодії або закладом епізоду",
        ["code_verifier belongs to the challenge of the code; without a challenge there is none; a public client has one"] =
            "code_verifier відповідає challenge коду; без challenge його немає; публічний клієнт його має",
        ["codes are in their dictionaries, the providing condition is allowed for the type of the legal entity"] =
            "коди є в довідниках, умова надання дозволена для типу закладу",
        ["compositionId is a uuid, the composition exists, its custodian is the client of the token"] =
            "compositionId є uuid, висновок існує, його утримувач є клієнтом токена",
        ["connection exists, is not deleted, is one of the client"] =
            "підключення існує, не видалене, належить клієнту",
        ["consumer is the client itself, or the api-key header is present and not empty"] =
            "споживач є самим клієнтом, або заголовок api-key є і не порожній",
        ["consumer is the client itself, or the api-key is known and not expired, its client may work"] =
            "споживач є самим клієнтом, або api-key відомий і чинний, його клієнт не заблокований",
        ["consumer is the client itself, or the client of the api-key"] =
            "споживач є самим клієнтом або клієнтом api-key",
        ["contract division exists, is_active = true"] =
            "запис місця за договором існує, is_active = true",
        ["contract division exists, is_active = true, its contract is of type GB_CBP"] =
            "запис місця за договором існує, is_active = true, його договір типу GB_CBP",
        ["contract employee exists, is_active = true"] =
            "запис працівника за договором існує, is_active = true",
        ["contract employee exists, is_active = true, its contract is of type GB_CBP"] =
            "запис працівника за договором існує, is_active = true, його договір типу GB_CBP",
        ["contract employee exists, is_active = true, its present contract is of type GB_CBP"] =
            "запис працівника за договором існує, is_active = true, його теперішній договір типу GB_CBP",
        ["contract exists, is_active = true"] =
            "договір існує, is_active = true",
        ["contract exists, is_active = true, type = GB_CBP"] =
            "договір існує, is_active = true, type = GB_CBP",
        ["contractor legal entity exists, is_active = true"] =
            "заклад-контрагент існує, is_active = true",
        ["data is base64"] =
            "data є base64",
        ["date_to is after date and at most EVENTS_MAX_PERIOD_HOURS later"] =
            "date_to пізніше за date не більше ніж на EVENTS_MAX_PERIOD_HOURS",
        ["depth is 1 or more"] =
            "depth не менше 1",
        ["depth is an integer"] =
            "depth є цілим числом",
        ["depth is not more than the largest depth of the snapshot"] =
            "depth не більше за найбільшу глибину знімка",
        ["division belongs to the contractor legal entity of the contract; skipped when there is no such contract"] =
            "місце надання послуг належить контрагенту договору; не перевіряється, якщо договору немає",
        ["division belongs to the legal entity of the token"] =
            "місце надання послуг належить закладу токена",
        ["division belongs to the legal entity of the token; MIS and NHS see all"] =
            "місце надання послуг належить закладу токена; МІС і НСЗУ бачать усі",
        ["division exists and is_active = true"] =
            "місце надання послуг існує, is_active = true",
        ["division exists, is_active = true, belongs to the contractor legal entity of the contract"] =
            "місце надання послуг існує, is_active = true, належить контрагенту договору",
        ["division of the healthcare service is ACTIVE"] =
            "місце надання цієї послуги ACTIVE",
        ["employee exists"] =
            "працівник існує",
        ["employee exists and is_active = true"] =
            "працівник існує, is_active = true",
        ["employee exists, is_active = true, works in the contractor legal entity of the contract"] =
            "працівник існує, is_active = true, працює в контрагента договору",
        ["employee works in the contractor legal entity of the contract; skipped when there is no such contract"] =
            "працівник працює в контрагента договору; не перевіряється, якщо договору немає",
        ["employee works in the legal entity of the token"] =
            "працівник працює в закладі токена",
        ["employee works in the legal entity of the token, unless the client is a MIS or the NHS"] =
            "працівник працює в закладі токена, якщо клієнт не МІС і не НСЗУ",
        ["event code is COMPOSITION_VALIDITY_PERIOD of COMPOSITION_EVENTS"] =
            "код події COMPOSITION_VALIDITY_PERIOD довідника COMPOSITION_EVENTS",
        ["event exists; an id that is not a uuid is not an event"] =
            "подія існує; номер, що не є uuid, не є подією",
        ["exactly one of subject and focus is given, and every value has its form"] =
            "надіслано рівно одне з subject і focus, і кожне значення має свою форму",
        ["extensions are those of the type, each once, with their own member; МВН has NEWBORN_BIRTH_DATE and NEWBORN_SEX"] =
            "розширення властиві типу, кожне один раз і зі своїм членом; МВН має NEWBORN_BIRTH_DATE і NEWBORN_SEX",
        ["fewer than 100 failures of this address in 10 minutes"] =
            "менше 100 невдач з цієї адреси за 10 хвилин",
        ["fewer than MAX_FAILED_LOGINS failures of this e-mail in MAX_FAILED_LOGINS_PERIOD minutes, known user or not"] =
            "менше MAX_FAILED_LOGINS невдач з цією поштою за MAX_FAILED_LOGINS_PERIOD хвилин, відома вона чи ні",
        ["fewer than OTP_MAX_ATTEMPTS wrong codes"] =
            "менше OTP_MAX_ATTEMPTS хибних кодів",
        ["fewer than OTP_SEND_COUNTER_MAX codes in OTP_SEND_TIMEOUT minutes"] =
            "менше OTP_SEND_COUNTER_MAX кодів за OTP_SEND_TIMEOUT хвилин",
        ["focus of МВТН is a person or a preperson, of МВН a person"] =
            "focus МВТН є особою або неідентифікованою особою, МВН – особою",
        ["grant_type is one that the method serves"] =
            "метод знає такий grant_type",
        ["grant_type is present"] =
            "grant_type надіслано",
        ["healthcare service belongs to the legal entity of the token"] =
            "послуга належить закладу токена",
        ["healthcare service belongs to the legal entity of the token, or the caller is a MIS or the NHS"] =
            "послуга належить закладу токена, або запит від МІС чи НСЗУ",
        ["healthcare service exists and is_active = true"] =
            "послуга існує, is_active = true",
        ["healthcare service of the role belongs to the legal entity of the token"] =
            "послуга ролі належить закладу токена",
        ["is_active = true and status of the employee is APPROVED"] =
            "is_active = true, статус працівника APPROVED",
        ["is_active = true and status of the legal entity is ACTIVE or SUSPENDED"] =
            "is_active = true, статус закладу ACTIVE або SUSPENDED",
        ["it was issued to this client"] =
            "його видано цьому клієнту",
        ["legal entities of this type may have healthcare services"] =
            "заклади цього типу можуть мати послуги",
        ["legal entity exists"] =
            "заклад існує",
        ["legal entity exists and is_active = true"] =
            "заклад існує, is_active = true",
        ["legal entity is that of the token, unless the client is a MIS or the NHS"] =
            "заклад є закладом токена, якщо клієнт не МІС і не НСЗУ",
        ["legal entity is that of the token, unless the client is the NHS"] =
            "заклад є закладом токена, якщо клієнт не НСЗУ",
        ["legal entity of the token is ACTIVE or SUSPENDED"] =
            "заклад токена ACTIVE або SUSPENDED",
        ["legal entity of the token is ACTIVE or SUSPENDED; MIS and NHS need none"] =
            "заклад токена ACTIVE або SUSPENDED; МІС і НСЗУ він не потрібен",
        ["legal_entity_id, when it is given, is the legal entity of the token"] =
            "legal_entity_id, якщо надіслано, є закладом токена",
        ["licence is active, of the right type and of the same legal entity"] =
            "ліцензія діюча, потрібного типу і того самого закладу",
        ["new_value comes with attribute_name"] =
            "new_value надсилають разом з attribute_name",
        ["no employee of the division is APPROVED and is_active"] =
            "у місця надання послуг немає працівників APPROVED з is_active",
        ["no healthcare service of the division is ACTIVE and is_active"] =
            "у місця надання послуг немає послуг ACTIVE з is_active",
        ["one of the addresses, if there are any, has the type RESIDENCE"] =
            "одна з адрес, якщо вони є, має тип RESIDENCE",
        ["other categories have none"] =
            "інші категорії її не мають",
        ["owner exists"] =
            "власник існує",
        ["owner: works in the contractor legal entity, employee_type = OWNER, APPROVED, is_active = true"] =
            "власник працює в контрагента, employee_type = OWNER, APPROVED, is_active = true",
        ["parent contract exists when one is named"] =
            "батьківський договір, якщо названий, існує",
        ["party of the caller exists and is not NOT_VERIFIED for longer than allowed (when the deployment asks for it)"] =
            "особа користувача існує і не є NOT_VERIFIED довше дозволеного (якщо це налаштовано)",
        ["party of the caller is not confirmed to be deceased (when the deployment asks for it)"] =
            "смерть особи користувача не підтверджена (якщо це налаштовано)",
        ["password has 12 to 128 characters"] =
            "пароль має від 12 до 128 символів",
        ["password has a small letter, a capital and a digit, Latin or Cyrillic"] =
            "пароль має малу літеру, велику літеру й цифру, латиницею чи кирилицею",
        ["password is none of the last three"] =
            "пароль не є одним із трьох останніх",
        ["password is younger than PASSWORD_EXPIRATION_DAYS"] =
            "паролю менше PASSWORD_EXPIRATION_DAYS днів",
        ["present contract of the division: is_active = true, type = GB_CBP"] =
            "теперішній договір місця: is_active = true, type = GB_CBP",
        ["query string has valid percent-encoding (unknown parameters are ignored)"] =
            "рядок запиту правильно закодований (невідомі параметри ігноруються)",
        ["redirect_uri equals that of a connection of the client"] =
            "redirect_uri збігається з адресою підключення клієнта",
        ["redirect_uri equals that of the code and that of the connection"] =
            "redirect_uri збігається з адресою коду й адресою підключення",
        ["redirect_uri is a URL in ASCII without user information and without a fragment"] =
            "redirect_uri є адресою в ASCII без імені користувача й без фрагмента",
        ["relatesTo.code is replaces, or appends on a МВТН"] =
            "relatesTo.code є replaces, або appends для МВТН",
        ["removed is true or false"] =
            "removed є true або false",
        ["resource_name can be canonicalised"] =
            "resource_name можна звести до канонічної форми",
        ["role belongs, through its healthcare service, to the legal entity of the token"] =
            "роль через свою послугу належить закладу токена",
        ["role exists and is_active = true"] =
            "роль існує, is_active = true",
        ["scope is exactly app:authorize, unless a new password is to be set"] =
            "scope рівно app:authorize, якщо не треба задати новий пароль",
        ["scope is not empty; it may be left out only by clients of TRUSTED_CLIENT_IDS"] =
            "scope не порожній; не надсилати його можуть лише клієнти з TRUSTED_CLIENT_IDS",
        ["scope is within the scopes of the client type"] =
            "scope у межах типу клієнта",
        ["scope is within the scopes of the user's roles with this client and of the global roles"] =
            "scope у межах ролей користувача в цього клієнта й глобальних ролей",
        ["settings.allowed_grant_types of the client has password"] =
            "settings.allowed_grant_types клієнта має password",
        ["speciality_type and providing_condition are sent with MSP only, type with PHARMACY_DRUGS only"] =
            "speciality_type і providing_condition надсилають лише з MSP, type лише з PHARMACY_DRUGS",
        ["status is VERIFIED or TERMINATED"] =
            "статус VERIFIED або TERMINATED",
        ["status of the division is ACTIVE"] =
            "статус місця надання послуг ACTIVE",
        ["status of the division is INACTIVE"] =
            "статус місця надання послуг INACTIVE",
        ["status of the employee is APPROVED"] =
            "статус працівника APPROVED",
        ["status of the healthcare service is ACTIVE"] =
            "статус послуги ACTIVE",
        ["status of the healthcare service is INACTIVE"] =
            "статус послуги INACTIVE",
        ["status of the role is ACTIVE"] =
            "статус ролі ACTIVE",
        ["subject of МВТН is a person or a preperson, of МВН a preperson"] =
            "subject МВТН є особою або неідентифікованою особою, МВН – неідентифікованою особою",
        ["the 2fa grants: Authorization header carries a bearer token"] =
            "для надань 2fa: заголовок Authorization має токен Bearer",
        ["the approval exists, and for a refresh client type and roles still allow some of the scope"] =
            "дозвіл існує, а під час оновлення тип клієнта й ролі ще дозволяють частину scope",
        ["the code could be sent"] =
            "код вдалося надіслати",
        ["the code is right, and of TOTP not used before"] =
            "код правильний, а код TOTP ще не вживали",
        ["the code was not used before; a second use ends the session"] =
            "код ще не вживали; друге вживання припиняє сеанс",
        ["the code, or the refresh token, exists"] =
            "код або токен оновлення існує",
        ["the contract has no active divisions"] =
            "договір не має діючих місць надання послуг",
        ["the contract has no active employees"] =
            "договір не має діючих працівників",
        ["the employee has no ACTIVE role (when the deployment does not end them with the employment)"] =
            "працівник не має ролей ACTIVE (якщо налаштовано не припиняти їх зі звільненням)",
        ["the employee has no other ACTIVE role in this service"] =
            "працівник не має іншої ролі ACTIVE у цій послузі",
        ["the factor has a number, or a secret"] =
            "чинник має номер або секрет",
        ["the four ids are uuids, and one composition has this id, subject, episode and encounter"] =
            "чотири номери є uuid, і є висновок з таким номером, пацієнтом, епізодом і взаємодією",
        ["the job exists (not purged) and was started by the client of the token"] =
            "завдання існує (не вилучене) і запущене клієнтом токена",
        ["the preconditions of the request hold"] =
            "умови запиту виконуються",
        ["the refresh token was not used before, or not earlier than REFRESH_REUSE_LEEWAY_SECONDS ago; a later use ends the session"] =
            "токен оновлення ще не вживали, або вжили не раніше ніж REFRESH_REUSE_LEEWAY_SECONDS тому; пізніше вживання припиняє сеанс",
        ["the user has an active factor"] =
            "користувач має діючий чинник",
        ["token is a 2fa_access_token"] =
            "токен є 2fa_access_token",
        ["token is a 2fa_access_token while the user has a factor and none that is set, else an access_token"] =
            "токен є 2fa_access_token, поки користувач має незаведений чинник, інакше access_token",
        ["token is a change_password_token"] =
            "токен є change_password_token",
        ["token is known"] =
            "токен відомий",
        ["token is not expired"] =
            "строк токена не минув",
        ["token is one of Init factor"] =
            "токен видав Init factor",
        ["type code is TEMP_DISABILITY or NEWBORN"] =
            "код типу TEMP_DISABILITY або NEWBORN",
        ["type of its contract is GB_CBP"] =
            "його договір типу GB_CBP",
        ["type of the contract is GB_CBP"] =
            "договір типу GB_CBP",
        ["type of the employee is neither OWNER nor PHARMACY_OWNER"] =
            "тип працівника не OWNER і не PHARMACY_OWNER",
        ["type system is COMPOSITION_TYPES"] =
            "система типу COMPOSITION_TYPES",
        ["user exists"] =
            "користувач існує",
        ["user exists and the password is right"] =
            "користувач існує, і пароль правильний",
        ["user is not blocked"] =
            "користувач не заблокований",
        ["value of TREATMENT_VIOLATION is in the dictionary"] =
            "значення TREATMENT_VIOLATION є в довіднику",
        ["when the body has 1 MiB or more: fewer than JOB_MAX_PENDING_LARGE (20) other such orders of the client are PENDING"] =
            "якщо тіло має від 1 МіБ: менше JOB_MAX_PENDING_LARGE (20) інших таких завдань клієнта чекають",
        ["МВН: category system is COMPOSITION_CATEGORIES"] =
            "МВН: система категорії COMPOSITION_CATEGORIES",
        ["МВТН of a preperson has category SICKNESS or CHILD_CARE"] =
            "МВТН неідентифікованої особи має категорію SICKNESS або CHILD_CARE",
        ["МВТН: category system is COMPOSITION_CATEGORIES"] =
            "МВТН: система категорії COMPOSITION_CATEGORIES",
        ["МВТН: the period has an end, not before its start; МВН: it has none and starts on NEWBORN_BIRTH_DATE"] =
            "МВТН: період має кінець, не раніший за початок; МВН: кінця немає, початок у день NEWBORN_BIRTH_DATE",
        ["INFORM_WITH is an active authentication method of the subject (МВТН) or of the focus (МВН)"] =
            "INFORM_WITH є діючим методом автентифікації пацієнта (МВТН) або focus (МВН)",
        ["PREGNANCY: the length in days is one of the configured"] =
            "PREGNANCY: тривалість у днях є однією з налаштованих",
        ["RC_6: the preperson was identified as the subject"] =
            "RC_6: неідентифіковану особу визнано пацієнтом",
        ["TREATMENT_VIOLATION_DATE is not before the start and not after today"] =
            "TREATMENT_VIOLATION_DATE не раніше початку й не пізніше сьогодні",
        ["appends: it does not start later; RC_5: nor does another FINAL one of the same subject and category whose period touches"] =
            "appends: він не починається пізніше; RC_5: так само інший FINAL того самого пацієнта й категорії, чий період дотичний",
        ["appends: it is FINAL"] =
            "appends: він FINAL",
        ["appends: same subject and category, it ends earlier, at most one day before the start; RC_6: its subject was identified as this one"] =
            "appends: той самий пацієнт і категорія, закінчується раніше, не більше ніж за день до початку; RC_6: його пацієнта визнано цим",
        ["author has one of the positions that the category needs"] =
            "автор має одну з посад, потрібних для категорії",
        ["author is a SPECIALIST of an OUTPATIENT legal entity or, for МВТН, a DOCTOR of a PRIMARY_CARE one"] =
            "автор є SPECIALIST закладу OUTPATIENT або, для МВТН, DOCTOR закладу PRIMARY_CARE",
        ["author is an approved, active employee of the client"] =
            "автор є прийнятим діючим працівником клієнта",
        ["custodian is ACTIVE or SUSPENDED"] =
            "утримувач ACTIVE або SUSPENDED",
        ["custodian is of type OUTPATIENT, for МВТН PRIMARY_CARE too"] =
            "утримувач типу OUTPATIENT, для МВТН також PRIMARY_CARE",
        ["data is a container with signed content"] =
            "data є контейнером із підписаним вмістом",
        ["encounter exists and is the subject's"] =
            "взаємодія існує і належить пацієнту",
        ["encounter has a condition that is not in error"] =
            "взаємодія має стан, не позначений помилковим",
        ["encounter is finished"] =
            "взаємодію завершено",
        ["encounter was performed by the author"] =
            "взаємодію провів автор",
        ["focus exists and is active"] =
            "focus існує і діючий",
        ["it has one signature"] =
            "він має один підпис",
        ["it has the same type"] =
            "він того самого типу",
        ["it was signed no longer ago than configured for its type and the reason"] =
            "його підписано не раніше, ніж налаштовано для типу й причини",
        ["neither the client nor the user of the order is blocked, and the client still has the scope"] =
            "ні клієнт, ні користувач завдання не заблоковані, і клієнт ще має scope",
        ["no integration task is PENDING; МВН: there is none at all"] =
            "немає завдань інтеграції, що чекають; МВН: немає жодного",
        ["replaces: RC_6 or, when it is switched on, RC_7 allows it"] =
            "replaces: дозволяє RC_6 або, якщо ввімкнено, RC_7",
        ["status is FINAL"] =
            "статус FINAL",
        ["status is PRELIMINARY"] =
            "статус PRELIMINARY",
        ["subject exists and is active"] =
            "пацієнт існує і діючий",
        ["the author is still an approved, active employee"] =
            "автор і далі є прийнятим діючим працівником",
        ["the caller is the author"] =
            "запит надіслав автор",
        ["the caller may read what the caller related it to"] =
            "запитувач може читати те, з чим його пов’язав",
        ["the caller's user belongs to the author's party"] =
            "користувач запиту належить до особи автора",
        ["the certificate is valid: chain, period, revocation"] =
            "сертифікат дійсний: ланцюжок, строк, відкликання",
        ["the certificate names a taxpayer"] =
            "сертифікат називає платника податків",
        ["the composition that it replaces exists, and the caller may read it"] =
            "висновок, який він заміняє, існує, і запитувач може його читати",
        ["the composition that it replaces is AMENDED or ENTERED_IN_ERROR"] =
            "висновок, який він заміняє, AMENDED або ENTERED_IN_ERROR",
        ["the composition that the caller relates to exists, and the caller may read it"] =
            "названий висновок існує, і запитувач може його читати",
        ["the content equals the draft as JSON; the paths that differ are named"] =
            "вміст збігається з чернеткою як JSON; названо шляхи, що різняться",
        ["the content has its shape and names this composition"] =
            "вміст має свою форму й називає цей висновок",
        ["the content is JSON, repeats no member name and escapes no U+0000"] =
            "вміст є JSON, не повторює назв і не має U+0000",
        ["the reason is in the dictionary of the type, which its system names"] =
            "причина є в довіднику типу, який називає її система",
        ["the server can carry it out in one of its attempts"] =
            "сервер зміг виконати завдання в одній зі спроб",
        ["the signature is correct"] =
            "підпис правильний",
        ["the taxpayer is the author"] =
            "платник податків є автором",
        ["the time-stamp is valid"] =
            "позначка часу дійсна",
        ["what it relates to is FINAL (except by RC_7)"] =
            "пов’язаний висновок FINAL (крім RC_7)",
        ["what it relates to is not ENTERED_IN_ERROR (except by RC_7)"] =
            "пов’язаний висновок не ENTERED_IN_ERROR (крім RC_7)",
        ["МВН: the subject has no FINAL or AMENDED conclusion"] =
            "МВН: пацієнт не має висновків FINAL або AMENDED",
        ["МВН: the subject has no other FINAL or AMENDED conclusion"] =
            "МВН: пацієнт не має інших висновків FINAL або AMENDED",
        ["token is a 2fa_access_token while the user has a factor and none that is set, else an access_token of Login"] =
            "токен є 2fa_access_token, поки жодного з факторів користувача не встановлено, інакше access_token методу Login",
        ["an access_token is not older than ten minutes"] =
            "access_token не старший за десять хвилин",
        ["password is no common one, and not made of words of this system or the address (PASSWORD_REFUSE_EASY)"] =
            "пароль не є поширеним і не складений зі слів цієї системи чи адреси (PASSWORD_REFUSE_EASY)",
    }.ToFrozenDictionary();
}
