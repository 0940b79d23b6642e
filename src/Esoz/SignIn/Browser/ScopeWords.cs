using Esoz.Pages;
using System.Collections.Frozen;

namespace Esoz.SignIn.Browser;

/// <summary>A heading of the list of permissions.</summary>
internal sealed record ScopeGroup(Words Title)
{
    public static readonly ScopeGroup Provider = new(new Words("Заклад і працівники", "Provider and staff"));
    public static readonly ScopeGroup Patients = new(new Words("Пацієнти", "Patients"));
    public static readonly ScopeGroup Records = new(new Words("Медичні записи", "Medical records"));
    public static readonly ScopeGroup Orders =
        new(new Words("Направлення, рецепти та плани лікування", "Referrals, prescriptions and care plans"));
    public static readonly ScopeGroup Devices = new(new Words("Медичні вироби", "Medical devices"));
    public static readonly ScopeGroup Contracts = new(new Words("Договори, декларації та звіти", "Contracts, declarations and reports"));
    public static readonly ScopeGroup Access = new(new Words("Доступ і налаштування", "Access and settings"));
    public static readonly ScopeGroup Other = new(new Words("Інше", "Other"));

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<ScopeGroup> All { get; } = [Provider, Patients, Records, Orders, Devices, Contracts, Access, Other];
}

/// <summary>One line of the list: what the client may do with one kind of data.</summary>
internal sealed record Permission(ScopeGroup Group, Words What, IReadOnlyList<Words> Actions);

/// <summary>
/// Scopes in plain words. A scope is <c>{kind of data}:{action}</c>, so each kind and each action has its words once. A scope that an
/// operator has made up is shown by its name.
/// </summary>
internal static class ScopeWords
{
    /// <summary>One permission for each kind of data, by group, in the order of the table below.</summary>
    public static IReadOnlyList<IGrouping<ScopeGroup, Permission>> Explain(IEnumerable<string> scopes) =>
    [
        .. scopes.GroupBy(KindOf, ActionOf)
            .Select(kind => Kinds.TryGetValue(kind.Key, out var words)
                ? new Permission(words.Group, words.What, [.. kind.Select(WordsOf)])
                : new Permission(ScopeGroup.Other, new(kind.Key.TrimEnd(':'), kind.Key.TrimEnd(':')), [.. kind.Select(WordsOf)]))
            .OrderBy(permission => Order.GetValueOrDefault(permission.What, int.MaxValue))
            .GroupBy(permission => permission.Group),
    ];

    /// <summary>Whether the page has words of its own for the scope.</summary>
    public static bool IsKnown(string scope) => Kinds.ContainsKey(KindOf(scope)) && Actions.ContainsKey(ActionOf(scope));

    /// <summary>With the colon.</summary>
    private static string KindOf(string scope) =>
        scope[..(scope.IndexOf(':', StringComparison.Ordinal) + 1)] is { Length: > 0 } kind ? kind : scope;

    private static string ActionOf(string scope) => scope.Split(':', 2) is [_, var action] ? action : "";

    private static Words WordsOf(string action) => Actions.GetValueOrDefault(action) ?? new(action, action);

    private static readonly (string Kind, ScopeGroup Group, Words What)[] Listed =
    [
        ("legal_entity:", ScopeGroup.Provider, new("Заклад охорони здоров’я", "Health care provider")),
        ("division:", ScopeGroup.Provider, new("Місця надання послуг", "Places where services are provided")),
        ("employee:", ScopeGroup.Provider, new("Працівники", "Employees")),
        ("employee_request:", ScopeGroup.Provider, new("Запити про працівників", "Requests about employees")),
        ("employee_role:", ScopeGroup.Provider, new("Ролі працівників", "Roles of employees")),
        ("healthcare_service:", ScopeGroup.Provider, new("Послуги закладу", "Healthcare services")),
        ("license:", ScopeGroup.Provider, new("Ліцензії", "Licences")),
        ("equipment:", ScopeGroup.Provider, new("Обладнання", "Equipment")),
        ("medical_program_provision:", ScopeGroup.Provider, new("Участь у медичних програмах", "Provision of medical programmes")),
        ("party_verification:", ScopeGroup.Provider, new("Перевірка даних працівників", "Verification of employees’ data")),
        ("related_legal_entities:", ScopeGroup.Provider, new("Пов’язані заклади", "Related providers")),
        ("person:", ScopeGroup.Patients, new("Дані пацієнтів", "Patients’ data")),
        ("person_request:", ScopeGroup.Patients, new("Запити про дані пацієнтів", "Requests about patients’ data")),
        ("personal_data:", ScopeGroup.Patients, new("Персональні дані", "Personal data")),
        ("person_verification:", ScopeGroup.Patients, new("Перевірка даних пацієнтів", "Verification of patients’ data")),
        ("person_emergency_contact:", ScopeGroup.Patients, new("Контакти для екстрених випадків", "Emergency contacts")),
        ("preperson:", ScopeGroup.Patients, new("Неідентифіковані пацієнти", "Unidentified patients")),
        ("merge_request:", ScopeGroup.Patients, new("Об’єднання записів пацієнта", "Merging of patient records")),
        ("merge_candidate:", ScopeGroup.Patients, new("Можливі дублікати пацієнтів", "Possible duplicates of patients")),
        ("authentication_method_request:", ScopeGroup.Patients, new("Способи підтвердження дій пацієнта", "Ways in which patients confirm")),
        ("confidant_person_relationship:", ScopeGroup.Patients, new("Законні представники", "Confidant persons")),
        ("confidant_person_relationship_request:", ScopeGroup.Patients, new("Запити про законних представників", "Requests about confidant persons")),
        ("otp:", ScopeGroup.Patients, new("Коди підтвердження для пацієнтів", "Confirmation codes for patients")),
        ("approval:", ScopeGroup.Patients, new("Дозволи пацієнта на доступ", "Patients’ approvals of access")),
        ("care_team:", ScopeGroup.Patients, new("Команди лікування", "Care teams")),
        ("patient_summary:", ScopeGroup.Records, new("Медичний підсумок пацієнта", "Patient summary")),
        ("episode:", ScopeGroup.Records, new("Епізоди лікування", "Episodes of care")),
        ("encounter:", ScopeGroup.Records, new("Взаємодії з пацієнтом", "Encounters")),
        ("condition:", ScopeGroup.Records, new("Діагнози та стани", "Conditions")),
        ("observation:", ScopeGroup.Records, new("Спостереження", "Observations")),
        ("immunization:", ScopeGroup.Records, new("Щеплення", "Immunisations")),
        ("allergy_intolerance:", ScopeGroup.Records, new("Алергії та непереносимість", "Allergies and intolerances")),
        ("medication_statement:", ScopeGroup.Records, new("Відомості про прийом ліків", "Medication statements")),
        ("medication_administration:", ScopeGroup.Records, new("Введення ліків", "Medication administrations")),
        ("risk_assessment:", ScopeGroup.Records, new("Оцінки ризику", "Risk assessments")),
        ("clinical_impression:", ScopeGroup.Records, new("Клінічні оцінки", "Clinical impressions")),
        ("diagnostic_report:", ScopeGroup.Records, new("Діагностичні звіти", "Diagnostic reports")),
        ("procedure:", ScopeGroup.Records, new("Процедури", "Procedures")),
        ("specimen:", ScopeGroup.Records, new("Зразки", "Specimens")),
        ("detected_issue:", ScopeGroup.Records, new("Виявлені застереження", "Detected issues")),
        ("medical_event_context:", ScopeGroup.Records, new("Контекст медичних подій", "Context of medical events")),
        ("composition:", ScopeGroup.Records, new("Медичні висновки", "Compositions (medical certificates)")),
        ("composition_configuration:", ScopeGroup.Records, new("Налаштування медичних висновків", "Configurations of compositions")),
        ("job:", ScopeGroup.Records, new("Стан обробки запитів", "State of jobs")),
        ("service_request:", ScopeGroup.Orders, new("Направлення", "Referrals")),
        ("medication_request:", ScopeGroup.Orders, new("Рецепти", "Prescriptions")),
        ("medication_request_request:", ScopeGroup.Orders, new("Заявки на рецепти", "Requests for prescriptions")),
        ("medication_dispense:", ScopeGroup.Orders, new("Відпуск ліків", "Medication dispenses")),
        ("drugs:", ScopeGroup.Orders, new("Лікарські засоби", "Medicinal products")),
        ("care_plan:", ScopeGroup.Orders, new("Плани лікування", "Care plans")),
        ("program_service:", ScopeGroup.Orders, new("Послуги програм", "Services of programmes")),
        ("medical_program:", ScopeGroup.Orders, new("Медичні програми", "Medical programmes")),
        ("device:", ScopeGroup.Devices, new("Вироби пацієнта", "Patients’ devices")),
        ("device_association:", ScopeGroup.Devices, new("Зв’язки виробів із пацієнтами", "Device associations")),
        ("device_definition:", ScopeGroup.Devices, new("Довідник виробів", "Device definitions")),
        ("device_dispense:", ScopeGroup.Devices, new("Відпуск виробів", "Device dispenses")),
        ("device_request:", ScopeGroup.Devices, new("Рецепти на вироби", "Device requests")),
        ("devices_configurations:", ScopeGroup.Devices, new("Налаштування виробів", "Configurations of devices")),
        ("device_parameters_configurations:", ScopeGroup.Devices, new("Налаштування параметрів виробів", "Configurations of device parameters")),
        ("contract:", ScopeGroup.Contracts, new("Договори", "Contracts")),
        ("contract_request:", ScopeGroup.Contracts, new("Заяви на договори", "Requests for contracts")),
        ("private_contracts:", ScopeGroup.Contracts, new("Договори НСЗУ", "Contracts of the National Health Service")),
        ("declaration:", ScopeGroup.Contracts, new("Декларації", "Declarations")),
        ("declaration_request:", ScopeGroup.Contracts, new("Заяви на декларації", "Requests for declarations")),
        ("capitation_report:", ScopeGroup.Contracts, new("Звіти про капітацію", "Capitation reports")),
        ("reimbursement_report:", ScopeGroup.Contracts, new("Звіти про реімбурсацію", "Reimbursement reports")),
        ("party_bulk:", ScopeGroup.Contracts, new("Вивантаження: особи", "Bulk export: parties")),
        ("employee_bulk:", ScopeGroup.Contracts, new("Вивантаження: працівники", "Bulk export: employees")),
        ("division_bulk:", ScopeGroup.Contracts, new("Вивантаження: місця надання послуг", "Bulk export: divisions")),
        ("legal_entity_bulk:", ScopeGroup.Contracts, new("Вивантаження: заклади", "Bulk export: legal entities")),
        ("employee_role_bulk:", ScopeGroup.Contracts, new("Вивантаження: ролі працівників", "Bulk export: employee roles")),
        ("healthcare_service_bulk:", ScopeGroup.Contracts, new("Вивантаження: послуги", "Bulk export: healthcare services")),
        ("contract_division_bulk:", ScopeGroup.Contracts, new("Вивантаження: місця за договорами", "Bulk export: contract divisions")),
        ("declaration_bulk:", ScopeGroup.Contracts, new("Вивантаження: декларації", "Bulk export: declarations")),
        ("client:", ScopeGroup.Access, new("Підключені системи", "Connected systems")),
        ("connection:", ScopeGroup.Access, new("Підключення", "Connections")),
        ("secret:", ScopeGroup.Access, new("Секрет підключення", "Secret of the connection")),
        ("event:", ScopeGroup.Access, new("Журнал подій", "Events")),
        ("role:", ScopeGroup.Access, new("Ролі користувачів", "Roles of users")),
        ("user:", ScopeGroup.Access, new("Обліковий запис", "Account")),
        ("app:", ScopeGroup.Access, new("Дозволи для систем", "Approvals of systems")),
        ("rule_engine_rule:", ScopeGroup.Access, new("Правила системи", "Rules of the system")),
        ("dictionaries_configurations:", ScopeGroup.Access, new("Налаштування довідників", "Configurations of dictionaries")),
        ("observation_configurations:", ScopeGroup.Access, new("Налаштування спостережень", "Configurations of observations")),
    ];

    private static readonly FrozenDictionary<string, Words> Actions = new Dictionary<string, Words>
    {
        ["activate"] = new("активація", "activate"),
        ["approve"] = new("погодження", "approve"),
        ["assign"] = new("призначення", "assign"),
        ["authorize"] = new("надання", "give"),
        ["block_pharm"] = new("блокування аптекою", "block at a pharmacy"),
        ["cancel"] = new("скасування", "cancel"),
        ["change_password"] = new("зміна пароля", "change the password"),
        ["complete"] = new("завершення", "complete"),
        ["create"] = new("створення", "create"),
        ["deactivate"] = new("деактивація", "deactivate"),
        ["delete"] = new("видалення", "delete"),
        ["details"] = new("докладний перегляд", "view in detail"),
        ["details_pharm"] = new("докладний перегляд аптекою", "view in detail at a pharmacy"),
        ["invalidate"] = new("визнання недійсним", "invalidate"),
        ["makeinprogress"] = new("взяття в роботу", "take into work"),
        ["mark_in_error"] = new("позначення помилковим", "mark as entered in error"),
        ["mis_verify"] = new("перевірка", "verify"),
        ["process"] = new("опрацювання", "process"),
        ["read"] = new("перегляд", "view"),
        ["read_impersonal"] = new("перегляд без персональних даних", "view without personal data"),
        ["read_pharm"] = new("перегляд аптекою", "view at a pharmacy"),
        ["read_pis"] = new("отримання", "download"),
        ["recall"] = new("відкликання", "recall"),
        ["refresh"] = new("оновлення", "renew"),
        ["refresh_secret"] = new("оновлення секрету", "renew the secret"),
        ["reject"] = new("відхилення", "reject"),
        ["reject_pharm"] = new("відхилення аптекою", "reject at a pharmacy"),
        ["resend"] = new("повторне надсилання", "send again"),
        ["resend_sms"] = new("повторне надсилання SMS", "send the text message again"),
        ["revoke"] = new("відкликання", "revoke"),
        ["search"] = new("пошук", "search"),
        ["sign"] = new("підписання", "sign"),
        ["stop"] = new("зупинення", "stop"),
        ["terminate"] = new("розірвання", "terminate"),
        ["unblock_pharm"] = new("розблокування аптекою", "unblock at a pharmacy"),
        ["use"] = new("використання", "use"),
        ["write"] = new("створення і зміна", "create and change"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (ScopeGroup Group, Words What)> Kinds =
        Listed.ToFrozenDictionary(kind => kind.Kind, kind => (kind.Group, kind.What));

    private static readonly FrozenDictionary<Words, int> Order =
        Listed.Select((kind, place) => (kind.What, place)).ToFrozenDictionary(kind => kind.What, kind => kind.place);
}
