using System.Globalization;
using System.Text.Json;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// What a live client demands of one object in an answer (employee-roles and platform, tag [client]), one demand a line: a path and a type.
/// </summary>
/// <remarks>
/// <para>Path: <c>a.b</c> is a member, <c>a[].b</c> that of every item of a list, <c>a[+].b</c> the same where the list may not be empty,
/// <c>a.b-</c> a member that may be absent but not null.</para>
/// <para>Type: <c>text</c>, <c>boolean</c>, <c>integer</c>, <c>uuid</c>, <c>date</c>, <c>instant</c>, <c>time</c>, <c>object</c> with at
/// least one member, <c>list</c>; with <c>?</c> the member must be there but may be null, and then nothing is demanded below it.</para>
/// </remarks>
internal sealed class ClientDemands(string demands)
{
    private readonly (string[] Path, string Type)[] _demands =
    [
        .. demands.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).Select(words => (words[0].Split('.'), words[1])),
    ];

    /// <summary>The demands that the object does not meet.</summary>
    public IEnumerable<string> Unmet(JsonElement value) => _demands.SelectMany(demand => Unmet(value, demand.Path, demand.Type, ""));

    private IEnumerable<string> Unmet(JsonElement value, ReadOnlySpan<string> path, string type, string at)
    {
        var member = NameOf(path[0]);
        var place = at.Length == 0 ? member : $"{at}.{member}";
        if (value.ValueKind != JsonValueKind.Object)
            return [$"{at} is not an object"];
        if (!value.TryGetProperty(member, out var found))
            return path[0].Contains('-', StringComparison.Ordinal) ? [] : [$"{place} is missing"];
        if (found.ValueKind == JsonValueKind.Null && MayBeNull(place))
            return [];
        var rest = path[1..].ToArray();
        if (!path[0].Contains('[', StringComparison.Ordinal))
            return rest.Length > 0 ? Unmet(found, rest, type, place) : Is(found, type.TrimEnd('?')) ? [] : [$"{place} is no {type}: {found}"];
        if (found.ValueKind != JsonValueKind.Array)
            return [$"{place} is no list: {found}"];
        if (path[0].EndsWith("[+]", StringComparison.Ordinal) && found.GetArrayLength() == 0)
            return [$"{place} is empty"];
        return found.EnumerateArray().SelectMany(item => Unmet(item, rest, type, $"{place}"));
    }

    private bool MayBeNull(string place) =>
        _demands.Any(demand => demand.Type.EndsWith('?') && string.Join('.', demand.Path.Select(NameOf)) == place);

    /// <summary>Name of the member that a step of a path names.</summary>
    private static string NameOf(string step) => step.Split('[')[0].TrimEnd('-');

    private static bool Is(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value.TryGetInt64(out _),
        ("object", JsonValueKind.Object) => value.EnumerateObject().Any(),
        ("list", JsonValueKind.Array) => true,
        ("text", JsonValueKind.String) => true,
        ("uuid", JsonValueKind.String) => Guid.TryParseExact(value.GetString(), "D", out _),
        ("date", JsonValueKind.String) => IsDate(value.GetString()!, "yyyy-MM-dd"),
        ("time", JsonValueKind.String) => IsDate(value.GetString()!, "HH:mm:ss"),
        ("instant", JsonValueKind.String) => IsDate(value.GetString()!, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'"),
        _ => false,
    };

    private static bool IsDate(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>employee-roles §1.</summary>
    public static readonly ClientDemands EmployeeRole = new("""
        id uuid
        healthcare_service_id uuid
        employee_id uuid
        start_date instant
        end_date instant?
        status text
        is_active boolean
        inserted_at instant
        inserted_by uuid
        """);

    private const string Address = """

        type text
        country text
        area text
        settlement text
        settlement_type text
        settlement_id uuid
        """;

    private const string Phones = """

        phones[+].type text
        phones[+].number text
        phones[+].note- text
        """;

    private const string ListedLegalEntity = """
        id uuid
        edr.id text
        edr.name text
        edr.edrpou text
        edr.state integer
        edr.kveds[+].name text
        edr.registration_address object
        edr_verified boolean?
        edrpou text
        type text
        email text
        website text?
        receiver_funds_code text?
        beneficiary text?
        accreditation object?
        accreditation.category text
        accreditation.order_no text
        license object?
        license.id uuid
        license.type text
        license.issuer_status text?
        license.is_active boolean
        license.inserted_at instant
        license.inserted_by uuid
        license.updated_at instant?
        license.updated_by uuid?
        archive list?
        public_offer object?
        status text
        nhs_verified boolean
        is_active boolean
        inserted_at instant
        inserted_by uuid
        updated_at instant?
        updated_by uuid?
        """ + Phones;

    /// <summary>employee-roles §6.1.</summary>
    public static readonly ClientDemands LegalEntity = new(ListedLegalEntity + Below("residence_address", Address));

    /// <summary>employee-roles §6.1, by id.</summary>
    public static readonly ClientDemands LegalEntityDetails = new(ListedLegalEntity + Below("residence_address", Address) + """

        nhs_reviewed boolean
        nhs_comment text?
        """);

    /// <summary>employee-roles §6.2.</summary>
    public static readonly ClientDemands HealthcareService = new("""
        id uuid
        division_id uuid
        legal_entity_id uuid
        license_id uuid?
        speciality_type text?
        providing_condition text?
        category.coding[+].system text
        category.coding[+].code text
        type object?
        status text
        comment text?
        coverage_area list?
        available_time[].days_of_week list
        available_time[].available_start_time- time
        available_time[].available_end_time- time
        not_available[].description text
        licensed_healthcare_service object?
        licensed_healthcare_service.status text
        licensed_healthcare_service.updated_at instant
        is_active boolean
        inserted_at instant
        inserted_by uuid
        updated_at instant
        updated_by uuid
        """);

    /// <summary>employee-roles §6.3.</summary>
    public static readonly ClientDemands Division = new("""
        id uuid
        name text
        email text
        working_hours object?
        working_hours.mon- list
        type text
        legal_entity_id uuid
        external_id text?
        location object?
        status text
        mountain_group boolean
        dls_id text?
        dls_verified boolean?
        inserted_at instant
        inserted_by uuid
        """ + Phones + Below("addresses[+]", Address));

    private const string AnyEmployee = """
        id uuid
        position text
        employee_type text
        status text
        is_active boolean
        minfin_validation_status text
        start_date date
        end_date date?
        party.id uuid
        party.no_tax_id boolean
        party.first_name text
        party.last_name text
        party.second_name text?
        party.verification_status text
        party.minfin_validation_status text
        party.declaration_limit integer
        party.declaration_count integer
        division object?
        division.id uuid
        division.name text
        division.legal_entity_id uuid
        division.type text
        division.status text
        division.mountain_group boolean
        legal_entity.id uuid
        legal_entity.name text
        legal_entity.type text
        legal_entity.edrpou text
        legal_entity.status text
        """;

    private const string Specialities = """

        speciality text
        speciality_officio boolean
        level text
        qualification_type text
        attestation_name text
        attestation_date date
        valid_to_date date?
        certificate_number text
        """;

    /// <summary>employee-roles §6.4, in lists.</summary>
    /// <param name="block">Name of the role block of the employee; null when it has none.</param>
    public static ClientDemands Employee(string? block) => new(
        AnyEmployee + (block is null ? "" : Below($"{block}.specialities[+]", Specialities)));

    /// <summary>employee-roles §6.4, by id.</summary>
    /// <param name="block">Name of the role block of the employee's type; null when the type has none.</param>
    public static ClientDemands EmployeeDetails(string? block) => new(AnyEmployee + Below("party", Phones) + """

        party.birth_date date
        party.gender text
        party.tax_id text
        party.documents[+].type text
        party.documents[+].number text
        party.working_experience integer?
        party.about_myself text?
        """ + (block is null ? "" : Below($"{block}.specialities[+]", Specialities) + Below(block, """

        educations[+].country text
        educations[+].city text
        educations[+].institution_name text
        educations[+].diploma_number text
        educations[+].degree text
        educations[+].speciality text
        qualifications-[+].type text
        science_degree object?
        """)));

    /// <summary>data-model §8.</summary>
    public static readonly ClientDemands Dictionary = new("""
        name text
        values[].code text
        values[].description text
        values[].is_active boolean
        labels list
        is_active boolean
        """);

    private static string Below(string path, string demands) =>
        demands.Replace("\n", $"\n{path}.", StringComparison.Ordinal);
}
