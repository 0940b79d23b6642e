using Esoz.Import;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Import;

/// <summary><c>import --nszu</c>: every row of the file is loaded or reported.</summary>
public sealed class ImportNszuTests(TestCluster cluster) : ImportTest(cluster)
{
    private const string Header =
        "legal_entity_id,legal_entity_name,legal_entity_edrpou,care_type,property_type,legal_entity_email,legal_entity_website,legal_entity_phone,"
        + "legal_entity_owner_name,registration_area,registration_settlement,registration_address,lat,lng";

    private const string First = "11111111-0000-4000-8000-000000000001";
    private const string Second = "11111111-0000-4000-8000-000000000002";

    [Fact(DisplayName = "The published file: 3,254 providers, 548 ЄДРПОУ under two ids; a second import changes nothing")]
    public async Task Published()
    {
        var file = OutsideData.Required("pmg_legal_entity_info.csv");

        var summary = await ImportNszu.Run(Database.Source, file, Ct);

        Assert.Equal((3254, 3254L, 0L, 0L, 548), (summary.Rows, summary.Loaded, summary.Updated, summary.Unchanged, summary.TwoIds));
        Assert.Empty(summary.Skipped);
        Assert.Equal(3254, await Scalar<long>("SELECT count(*) FROM legal_entities WHERE status = 'ACTIVE' AND nhs_verified"));
        Assert.Equal(
            548, await Scalar<long>("SELECT count(*) FROM (SELECT edrpou FROM legal_entities GROUP BY edrpou HAVING count(*) > 1) twice"));
        Assert.Equal(3254, await Scalar<long>("SELECT count(*) FROM legal_entities WHERE addresses -> 0 ->> 'settlement' <> ''"));

        var again = await ImportNszu.Run(Database.Source, file, Ct);
        Assert.Equal((0L, 0L, 3254L), (again.Loaded, again.Updated, again.Unchanged));
    }

    [Fact(DisplayName =
        "A file of that form with invented providers: every kind of care and of property, names with quotes, commas and line ends; a second import changes nothing")]
    public async Task Invented()
    {
        var file = SourceTree.PathOf("tests", "data", "nszu.csv");

        var summary = await ImportNszu.Run(Database.Source, file, Ct);

        Assert.Equal((8, 7L, 0L, 0L, 1), (summary.Rows, summary.Loaded, summary.Updated, summary.Unchanged, summary.TwoIds));
        Assert.Equal(["nszu.csv:10: ЄДРПОУ 40000003 with this care_type is a duplicate, first on line 4"], summary.Skipped);
        Assert.Equal(7, await Scalar<long>("SELECT count(*) FROM legal_entities WHERE status = 'ACTIVE' AND nhs_verified"));
        Assert.Equal("EMERGENCY 1, OUTPATIENT 3, PRIMARY_CARE 3", await Scalar<string>(
            "SELECT string_agg(concat(type, ' ', n), ', ' ORDER BY type) FROM (SELECT type, count(*) AS n FROM legal_entities GROUP BY type) types"));
        Assert.Equal(
            "ДЕРЖАВНА УСТАНОВА\n\"ІНСТИТУТ ВИГАДОК\"", await Scalar<string>("SELECT name FROM legal_entities WHERE edrpou = '40000004'"));

        var again = await ImportNszu.Run(Database.Source, file, Ct);
        Assert.Equal((0L, 0L, 7L), (again.Loaded, again.Updated, again.Unchanged));
    }

    [Fact(DisplayName = "One ЄДРПОУ under two ids becomes one legal entity for each type of care")]
    public async Task TwoIds()
    {
        var summary = await Import(Row(First, care: "Первинна"), Row(Second, care: "Спеціалізована"));

        Assert.Equal((2L, 1), (summary.Loaded, summary.TwoIds));
        Assert.Equal(
            "OUTPATIENT, PRIMARY_CARE",
            await Scalar<string>("SELECT string_agg(type, ', ' ORDER BY type) FROM legal_entities WHERE edrpou = '40000001'"));
    }

    [Theory(DisplayName = "A row that cannot be loaded is skipped and named by its line, the others are loaded")]
    [InlineData("x,КНП,40000002,Первинна,Державна,,,,,,,,,", "legal_entity_id is not a uuid")]
    [InlineData(Second + ",,40000002,Первинна,Державна,,,,,,,,,", "legal_entity_name is empty or longer than 255 characters")]
    [InlineData(Second + ",КНП,4000000,Первинна,Державна,,,,,,,,,", "legal_entity_edrpou is not 8 or 10 digits")]
    [InlineData(Second + ",КНП,40000002,Інша,Державна,,,,,,,,,", "care_type is none of Первинна, Спеціалізована, Екстрена")]
    [InlineData(Second + ",КНП,40000002,Первинна,Інша,,,,,,,,,", "property_type is none of Державна, Комунальна, Приватна (без ФОП)")]
    [InlineData(Second + ",КНП,40000002", "the number of fields differs from the header")]
    [InlineData(First + ",КНП,40000002,Первинна,Державна,,,,,,,,,", "duplicate legal_entity_id, first on line 2")]
    [InlineData(Second + ",КНП,40000001,Первинна,Державна,,,,,,,,,", "ЄДРПОУ 40000001 with this care_type is a duplicate, first on line 2")]
    public async Task Skips(string row, string reason)
    {
        var summary = await Import(Row(First), row);

        Assert.Equal((2, 1L), (summary.Rows, summary.Loaded));
        Assert.Equal([$"nszu.csv:3: {reason}"], summary.Skipped);
        Assert.Equal(1, await Scalar<long>("SELECT count(*) FROM legal_entities"));
    }

    [Fact(DisplayName = "A provider that is ACTIVE under another id is not loaded a second time; one that was closed here stays closed")]
    public async Task ExistingProviders()
    {
        await Import(Row(First));

        Assert.Equal([$"nszu.csv:2: ЄДРПОУ 40000001 is already ACTIVE as PRIMARY_CARE under {First}"], (await Import(Row(Second))).Skipped);

        await using (var close = Database.Command("UPDATE legal_entities SET status = 'CLOSED'"))
            await close.ExecuteNonQueryAsync(Ct);
        await Import(Row(First, name: "КНП «Нова назва»"));
        Assert.Equal("CLOSED КНП «Нова назва»", await Scalar<string>("SELECT concat_ws(' ', status, name) FROM legal_entities"));
    }

    [Fact(DisplayName = "Contacts that the file lacks are made up; those that are stored stay")]
    public async Task Contacts()
    {
        await Import(Row(First));
        Assert.Equal("office@40000001.invalid +380000000000",
            await Scalar<string>("SELECT concat_ws(' ', email, phones -> 0 ->> 'number') FROM legal_entities"));

        await using (var correct = Database.Command(
            "UPDATE legal_entities SET email = 'a@b.invalid', phones = '[{\"type\":\"MOBILE\",\"number\":\"+380000000001\"}]'"))
            await correct.ExecuteNonQueryAsync(Ct);
        Assert.Equal(1, (await Import(Row(First))).Unchanged);
        Assert.Equal("a@b.invalid +380000000001",
            await Scalar<string>("SELECT concat_ws(' ', email, phones -> 0 ->> 'number') FROM legal_entities"));
    }

    [Fact(DisplayName =
        "Quoted fields contain commas, line ends and doubled quotes; lines end with CR LF or LF, empty ones and a BOM are skipped")]
    public async Task Quoted()
    {
        var row = Row(First, name: "\"КНП \"\"А\"\", \r\nБ\"");

        var summary = await ImportText($"\uFEFF{Header}\r\n\n{row}\n\r\n{Row("x")}");

        Assert.Equal((2, 1L), (summary.Rows, summary.Loaded));
        Assert.Equal(["nszu.csv:6: legal_entity_id is not a uuid"], summary.Skipped);
        Assert.Equal("КНП \"А\", \r\nБ", await Scalar<string>("SELECT name FROM legal_entities"));
    }

    [Fact(DisplayName = "A file that is not UTF-8 is refused")]
    public async Task Encoding()
    {
        var file = Path.Combine(Folder, "nszu.csv");
        await File.WriteAllBytesAsync(file, System.Text.Encoding.Latin1.GetBytes($"{Header}\n{First},\u00E9"), Ct);

        var refused = await Assert.ThrowsAsync<ImportFailedException>(() => ImportNszu.Run(Database.Source, file, Ct));

        Assert.Equal("nszu.csv: is not UTF-8", refused.Message);
    }

    [Theory(DisplayName = "A file that is not the НСЗУ file or is not valid CSV is refused, and nothing is written")]
    [InlineData("legal_entity_id,legal_entity_name\n", "nszu.csv:1: is not the НСЗУ file, its header lacks legal_entity_edrpou, ")]
    [InlineData(Header + "\n" + First + ",\"КНП", "nszu.csv:2: a quoted field has no closing quote")]
    [InlineData(Header + "\n" + First + ",КНП \"А\"", "nszu.csv:2: a quote inside an unquoted field")]
    [InlineData(
        Header + "\r\n\r\n" + First + ",\"КНП\nА\"\r\n" + First + ",\"КНП\"А", "nszu.csv:5: text follows the closing quote of a field")]
    public async Task Refused(string text, string fault)
    {
        var refused = await Assert.ThrowsAsync<ImportFailedException>(() => ImportText(text));

        Assert.StartsWith(fault, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Scalar<long>("SELECT count(*) FROM legal_entities"));
    }

    private static string Row(string id, string name = "КНП", string care = "Первинна") =>
        $"{id},{name},40000001,{care},Комунальна,,,,,КИЇВСЬКА,БОЯРКА,\"Україна, 08150, Київська обл., місто Боярка, ВУЛИЦЯ ШЕВЧЕНКА, будинок 35\",,";

    private Task<NszuSummary> Import(params string[] rows) => ImportText(Header + "\r\n" + string.Join("\r\n", rows));

    private Task<NszuSummary> ImportText(string text)
    {
        var file = Path.Combine(Folder, "nszu.csv");
        File.WriteAllText(file, text);
        return ImportNszu.Run(Database.Source, file, Ct);
    }
}
