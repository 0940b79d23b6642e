using Esoz.Codes;
using Esoz.HealthcareServices;

namespace Esoz.Sandbox.Generate;

/// <summary>Providers, the NHS, and a licence for every provider.</summary>
internal static class LegalEntities
{
    public static readonly SyntheticTable Table = new("legal_entities",
        "id, name, short_name, public_name, status, status_reason, type, edrpou, owner_property_type, legal_form, kveds, addresses, residence_address, " +
        "registration_address, phones, email, edr, edr_verified, nhs_verified, nhs_reviewed, nhs_comment, is_active, inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, Write);

    public static readonly SyntheticTable Licences = new("licenses",
        "id, legal_entity_id, type, is_primary, is_active, license_number, issued_by, order_no, what_licensed, issued_date, active_from_date, " +
        "issuer_status, inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, WriteLicence);

    /// <summary>The settlement of a legal entity and its divisions.</summary>
    public static Place PlaceOf(Source source, int number)
    {
        var dice = source.Dice(Kind.Settlement, number);
        return dice.Pick(Place.All);
    }

    /// <summary>Comment on the NHS that records the size of the registry of its seed; the number comes first.</summary>
    private static string Note(Source source) => $"{source.Employees} synthetic employees of seed {source.Seed}";

    private static void Write(TableWriter rows, Source source, int number)
    {
        var dice = source.Dice(Kind.LegalEntity, number);
        var isNhs = number == 0;
        var type = isNhs ? LegalEntityType.Nhs : Population.ArchetypeOf(number).Type;
        var place = PlaceOf(source, number);
        var name = Name(type, place, number);
        var address = place.Draw(AddressType.Residence, ref dice);
        var edrpou = ReservedNumbers.Edrpou(source.Seed, number);
        var isClosed = Staff.IsClosed(number);
        var isSuspended = number % 33 == 32;
        var isCommunal = type is not LegalEntityType.Pharmacy and not LegalEntityType.Nhs;
        var legalForm = isCommunal ? "150" : type == LegalEntityType.Nhs ? "425" : "240";
        var kveds = KvedsOf(type);
        var insertedAt = Calendar.Founding(ref dice);
        rows.StartRow();
        rows.Value(source.Id(Kind.LegalEntity, number)).Text(name).Text(name).Text(name)
            .Text(isClosed ? LegalEntityStatus.Closed : isSuspended ? LegalEntityStatus.Suspended : LegalEntityStatus.Active)
            .Text(isClosed || isSuspended ? "MANUAL_LEGAL_ENTITY_STATUS_UPDATE" : null)
            .Text(type).Text(edrpou)
            .Text(type == LegalEntityType.Pharmacy ? "PRIVATE" : "STATE")
            .Text(legalForm)
            .Text($"[{string.Join(',', kveds.Select(kved => $"\"{kved.Code}\""))}]")
            .Text($"[{address.Json}]").Text(address.Json).Text(address.Json)
            .Text($$"""[{"type":"LAND_LINE","number":"{{ReservedNumbers.Phone(ref dice)}}"}]""")
            .Text($"office@{edrpou}.invalid")
            .Text(Edr(name, legalForm, edrpou, kveds, address, isClosed))
            .Value(true).Value(true).Value(true).Text(isNhs ? Note(source) : "").Value(true)
            .Value(insertedAt).Value(Source.Author).Value(source.Calendar.Changed(number, insertedAt, ref dice)).Value(Source.Author);
    }

    private static (string Code, string Name)[] KvedsOf(string type) => type switch
    {
        LegalEntityType.Pharmacy => [("47.73", "Роздрібна торгівля фармацевтичними товарами в спеціалізованих магазинах")],
        LegalEntityType.Nhs => [("84.12", "Регулювання у сферах охорони здоров’я, освіти, культури та інших соціальних сферах")],
        _ => [("86.10", "Діяльність лікарняних закладів"), ("86.21", "Загальна медична практика")],
    };

    /// <summary>Record of the state register: registered (1), or closed (3) there as well.</summary>
    private static string Edr(
        string name, string legalForm, string edrpou, (string Code, string Name)[] kveds, Address address, bool isClosed) => $$$"""
        {"id":"{{{edrpou}}}","name":"{{{name}}}","short_name":"{{{name}}}","public_name":"{{{name}}}","legal_form":"{{{legalForm}}}","edrpou":"{{{edrpou}}}","kveds":[{{{string.Join(',', kveds.Select((kved, i) => $$"""{"name":"{{kved.Name}}","code":"{{kved.Code}}","is_primary":{{(i == 0 ? "true" : "false")}}}"""))}}}],"registration_address":{{{address.EdrJson}}},"state":{{{(isClosed ? 3 : 1)}}}}
        """;

    private static string Name(string type, Place place, int number) => type switch
    {
        LegalEntityType.PrimaryCare => $"КНП «{place.Settlement}: центр первинної медико-санітарної допомоги № {number}»",
        LegalEntityType.Outpatient => $"КНП «{place.Settlement}: клінічна лікарня № {number}»",
        LegalEntityType.Emergency => $"КНП «{place.Settlement}: центр екстреної медичної допомоги № {number}»",
        LegalEntityType.Pharmacy => $"ТОВ «Аптеки {place.Settlement} № {number}»",
        _ => "Національна служба здоров’я (умовна)",
    };

    private static void WriteLicence(TableWriter rows, Source source, int number)
    {
        if (number == 0)
            return;
        var dice = source.Dice(Kind.Licence, number);
        var isPharmacy = Population.ArchetypeOf(number).IsPharmacy;
        var insertedAt = Calendar.Founding(ref dice);
        var issued = DateOnly.FromDateTime(insertedAt).AddDays(-dice.Next(900));
        rows.StartRow();
        rows.Value(source.Id(Kind.Licence, number)).Value(source.Id(Kind.LegalEntity, number))
            .Text(isPharmacy ? LicenseType.Pharmacy : LicenseType.Medical).Value(true).Value(true)
            .Text($"АЕ{dice.Next(1_000_000):D6}")
            .Text(isPharmacy ? "Держлікслужба" : "Міністерство охорони здоров’я України")
            .Text($"{1 + dice.Next(2000)}").Text(isPharmacy ? "Роздрібна торгівля лікарськими засобами" : "Медична практика")
            .Value(issued).Value(issued)
            .Text("активна").Value(insertedAt).Value(Source.Author).Value(Calendar.Between(insertedAt, ref dice)).Value(Source.Author);
    }
}
