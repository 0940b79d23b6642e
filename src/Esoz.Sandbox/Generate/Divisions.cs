using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>Places of care with their addresses, in the settlement of the legal entity. Numbers refer to legal entities.</summary>
internal static class Divisions
{
    public static readonly SyntheticTable Table = new("divisions",
        "id, legal_entity_id, external_id, name, type, mountain_group, phones, email, latitude, longitude, working_hours, status, is_active, " +
        "inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, (rows, source, number) => OfLegalEntity(rows, source, number, Write));

    public static readonly SyntheticTable Addresses = new("division_addresses",
        "id, division_id, type, country, area, region, settlement, settlement_type, settlement_id, street_type, street, building, zip, " +
        "inserted_at, inserted_by, updated_at, updated_by",
        part => part.LegalEntities, (rows, source, number) => OfLegalEntity(rows, source, number, WriteAddress));

    private const string WorkingHours =
        """{"mon":[["08.00","20.00"]],"tue":[["08.00","20.00"]],"wed":[["08.00","20.00"]],"thu":[["08.00","20.00"]],"fri":[["08.00","18.00"]]}""";

    public static bool IsActive(int legalEntity, int division) => !Staff.IsClosed(legalEntity) && division % 50 != 49;

    private static void OfLegalEntity(TableWriter rows, Source source, int legalEntity, Action<TableWriter, Source, int, int> write)
    {
        if (legalEntity == 0)
            return;
        var first = Population.FirstDivision(legalEntity);
        for (var division = first; division < first + Population.ArchetypeOf(legalEntity).Divisions; division++)
            write(rows, source, legalEntity, division);
    }

    private static void Write(TableWriter rows, Source source, int legalEntity, int division)
    {
        var dice = source.Dice(Kind.Division, division);
        var archetype = Population.ArchetypeOf(legalEntity);
        var place = LegalEntities.PlaceOf(source, legalEntity);
        var (type, title) = archetype.Type switch
        {
            LegalEntityType.PrimaryCare when dice.Percent(80) => ("AMBULANT_CLINIC", "Амбулаторія"),
            LegalEntityType.PrimaryCare => ("FAP", "Фельдшерсько-акушерський пункт"),
            LegalEntityType.Pharmacy => ("DRUGSTORE", "Аптека"),
            _ => ("CLINIC", "Відділення"),
        };
        var insertedAt = Calendar.Founding(ref dice);
        rows.StartRow();
        rows.Value(source.Id(Kind.Division, division)).Value(source.Id(Kind.LegalEntity, legalEntity)).Text($"{division + 1}")
            .Text($"{title} № {division - Population.FirstDivision(legalEntity) + 1}").Text(type).Value(place.IsInTheMountains)
            .Text($$"""[{"type":"MOBILE","number":"{{ReservedNumbers.Phone(ref dice)}}"}]""")
            .Text($"division-{division + 1}@{ReservedNumbers.Edrpou(source.Seed, legalEntity)}.invalid")
            .Value(Math.Round(place.Latitude + ((dice.Next(20_000) - 10_000) / 250_000.0), 6))
            .Value(Math.Round(place.Longitude + ((dice.Next(20_000) - 10_000) / 250_000.0), 6))
            .Text(WorkingHours).Text(IsActive(legalEntity, division) ? DivisionStatus.Active : DivisionStatus.Inactive).Value(true)
            .Value(insertedAt).Value(Source.Author).Value(source.Calendar.Changed(division, insertedAt, ref dice)).Value(Source.Author);
    }

    private static void WriteAddress(TableWriter rows, Source source, int legalEntity, int division)
    {
        var dice = source.Dice(Kind.DivisionAddress, division);
        var place = LegalEntities.PlaceOf(source, legalEntity);
        var address = place.Draw(AddressType.Residence, ref dice);
        var insertedAt = Calendar.Founding(ref dice);
        rows.StartRow();
        rows.Value(source.Id(Kind.DivisionAddress, division)).Value(source.Id(Kind.Division, division)).Text(address.Type).Text("UA")
            .Text(place.Area).Text(place.Region).Text(place.Settlement).Text(place.Type).Value(place.SettlementId)
            .Text(address.StreetType).Text(address.Street).Text($"{address.Building}").Text(place.Zip)
            .Value(insertedAt).Value(Source.Author).Value(insertedAt).Value(Source.Author);
    }
}
