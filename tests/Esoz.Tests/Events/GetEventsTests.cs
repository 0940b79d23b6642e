namespace Esoz.Tests.Events;

/// <summary>Get events list (events §2).</summary>
public sealed class GetEventsTests(Registry registry) : IClassFixture<Registry>
{
    private static readonly DateTime Noon = new(2025, 3, 2, 12, 0, 0, DateTimeKind.Utc);

    private Given Given => registry.Given;

    [Fact(DisplayName = "A change of a status is listed with every member in order, to a MIS by token and to a PIS by key, with or without a slash at the end")]
    public async Task Lists()
    {
        var provider = await Given.Provider();
        var role = await Given.EmployeeRole(provider);
        var user = Guid.NewGuid();
        var token = await Given.Token(provider, "employee_role:write", user);
        (await registry.Send("PATCH", $"/api/employee_roles/{role}/actions/deactivate", token)).Succeeded();
        var row = Assert.Single(await registry.Rows("SELECT id, event_time FROM events WHERE entity_id = $1", role));
        var time = (DateTime)row["event_time"]!;

        var query = $"?entity_type=EmployeeRole&date={time:yyyy-MM-ddTHH:mm:ss.ffffff}";
        var answer = (await registry.Send("GET", EventCase.Path + query, await registry.Mis())).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            $$$"""
            [{"id":"{{{row["id"]}}}","event_type":"StatusChangeEvent","entity_type":"EmployeeRole","entity_id":"{{{role}}}","properties":{"status":{"new_value":"INACTIVE"}},"event_time":"{{{Instant(time)}}}","changed_by":"{{{user}}}"}]
            """.Trim(), answer.Data.GetRawText().Replace("\"status\": {\"new_value\": ", "\"status\":{\"new_value\":", StringComparison.Ordinal));
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":1,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        foreach (var type in new[] { "PIS", "TRUSTED_PIS", "NHS", "MIS" })
        {
            var byKey = (await registry.Send("GET", $"{EventCase.Path}/{query}", new(ApiKey: await Given.ApiKey(type)))).Succeeded();
            Assert.Equal(answer.Data.GetRawText(), byKey.Data.GetRawText());
        }
    }

    [Fact(DisplayName = "By event_time, then id; page after page nothing is left out or repeated")]
    public async Task Order()
    {
        var ids = Enumerable.Range(0, 7).Select(_ => Guid.NewGuid()).ToList();
        var day = Noon.AddDays(-100);
        var expected = new List<(DateTime Time, string Id)>();
        foreach (var (id, i) in ids.Select((id, i) => (id, i)))
        {
            var time = day.AddMinutes(i / 3);
            await registry.Event(time, insertedAt: time.AddSeconds(10 - i), id: id);
            expected.Add((time, id.ToString()));
        }
        expected.Sort((a, b) => (a.Time, a.Id).CompareTo((b.Time, b.Id)));

        var pages = new List<Guid>();
        for (var page = 1; page <= 4; page++)
            pages.AddRange((await Get($"date={day:s}&page_size=2&page={page}")).Succeeded().Ids());

        Assert.Equal(expected.Select(it => it.Id), pages.Select(id => id.ToString()));
        var beyond = (await Get($"date={day:s}&page_size=2&page=9")).Succeeded();
        Assert.Equal((0, 7, 9), (beyond.Ids().Count, beyond.Json.GetProperty("paging").GetProperty("total_entries").GetInt32(),
            beyond.Json.GetProperty("paging").GetProperty("page_number").GetInt32()));
    }

    [Fact(DisplayName = "date and date_to: from and before; one alone opens three hours; zones are read, none is UTC; neither lists all")]
    public async Task Periods()
    {
        var day = Noon.AddDays(-200);
        var (first, atThree, beforeThree) = (
            await registry.Event(day), await registry.Event(day.AddHours(3)), await registry.Event(day.AddHours(3).AddMicroseconds(-1)));

        Assert.Equal([first, beforeThree], (await Get($"date={day:s}")).Succeeded().Ids());
        Assert.Equal([first, beforeThree], (await Get($"date_to={day.AddHours(3):s}")).Succeeded().Ids());
        Assert.Equal([first, beforeThree], (await Get($"date={day:s}&date_to={day.AddHours(3):s}Z")).Succeeded().Ids());
        Assert.Equal([atThree], (await Get($"date={day.AddHours(5):s}%2B02:00")).Succeeded().Ids());
        Assert.Equal([first], (await Get($"date={day:s}&date_to={day.AddMinutes(1):s}")).Succeeded().Ids());
        Assert.Equal([], (await Get($"date_to={day:s}&entity_type=Employee")).Succeeded().Ids());
        Assert.Equal([], (await Get("date=9999-12-31T23:59:59")).Succeeded().Ids());
        Assert.Equal([], (await Get("date_to=0001-01-01T00:00:00")).Succeeded().Ids());
        var all = (await Get("page_size=500")).Succeeded();
        Assert.Equal(await registry.Scalar<long>("SELECT count(*) FROM events"), all.Json.GetProperty("paging").GetProperty("total_entries").GetInt64());
        Assert.Empty(new[] { first, atThree, beforeThree }.Except(all.Ids()));
    }

    [Fact(DisplayName = "Filters by types, attribute and new value of that attribute; unknown values give an empty list")]
    public async Task Filters()
    {
        var day = Noon.AddDays(-300);
        var status = await registry.Event(day);
        var suspended = await registry.Event(day, "Contract", """{"is_suspended":{"new_value":true}}""", "StateChangeEvent");
        var two = await registry.Event(day, "EmployeeRequest", """{"status":{"new_value":"APPROVED"},"employee_id":{"new_value":null}}""");

        Assert.Equal([suspended], await Ids("event_type=StateChangeEvent"));
        Assert.Equal([], await Ids("event_type=statechangeevent"));
        Assert.Equal([status], await Ids("entity_type=Employee"));
        Assert.Equal([], await Ids("entity_type=Declaration"));
        Assert.Equal([two], await Ids("attribute_name=employee_id"));
        Assert.Equal(new[] { status, two }.Order(), (await Ids("attribute_name=status")).Order());
        Assert.Equal([status], await Ids("attribute_name=status&new_value=STOPPED"));
        Assert.Equal([suspended], await Ids("attribute_name=is_suspended&new_value=true"));
        Assert.Equal([], await Ids("attribute_name=is_suspended&new_value=false"));
        Assert.Equal([], await Ids("attribute_name=employee_id&new_value=APPROVED"));
        Assert.Equal([], await Ids("attribute_name=status&new_value="));

        async Task<IReadOnlyList<Guid>> Ids(string query) =>
            query.EndsWith("new_value=", StringComparison.Ordinal)
                ? (await Get($"date={day:s}&{query}")).Succeeded().Ids().Except([status, two]).ToList()
                : (await Get($"date={day:s}&{query}")).Succeeded().Ids();
    }

    [Theory(DisplayName = "Every check in the page's order: each row breaks its own rule and all later ones")]
    [InlineData("date=2026-02-30T00:00:00Z&new_value=x&page=0", "date,page", "cast", "is invalid", """["naive_datetime"]""")]
    [InlineData("date_to=17&new_value=x&page=0", "date_to,page", "cast", "is invalid", """["naive_datetime"]""")]
    [InlineData("date=2026-03-01&new_value=x", "date", "cast", "is invalid", """["naive_datetime"]""")]
    [InlineData("date=2026-03-01T10:00:00Z&date_to=2026-03-01T13:00:00.000001Z&new_value=x&page=0", "date_to", "invalid",
        "date_to must be after date and not more than 3 hours later", "[]")]
    [InlineData("date=2026-03-01T10:00:00Z&date_to=2026-03-01T10:00:00Z&new_value=x&page=0", "date_to", "invalid",
        "date_to must be after date and not more than 3 hours later", "[]")]
    [InlineData("new_value=x&page=0", "attribute_name", "invalid", "must be set", "[]")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=x", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entries, string rule, string description, string parameters)
    {
        var answer = await Get(query);

        Assert.Equal(422, answer.Status);
        var invalid = answer.Json.GetProperty("error").GetProperty("invalid");
        Assert.Equal(entries.Split(','), invalid.EnumerateArray().Select(fault => fault.GetProperty("entry").GetString()));
        Assert.Equal(
            $$"""{"entry_type":"query_parameter","entry":"{{entries.Split(',')[0]}}","rules":[{"rule":"{{rule}}","description":"{{description}}","params":{{parameters}}}]}""",
            invalid[0].GetRawText());
    }

    private async Task<Answer> Get(string query) => await registry.Send("GET", $"{EventCase.Path}?{query}", await registry.Mis());

    private static string Instant(DateTime time) =>
        time.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{time:yyyy-MM-ddTHH:mm:ss}Z" : $"{time:yyyy-MM-ddTHH:mm:ss.ffffff}Z";
}

/// <summary>The length of a period is configured (events §4).</summary>
public sealed class GetEventsPeriodTests(GetEventsPeriodTests.ADay registry) : IClassFixture<GetEventsPeriodTests.ADay>
{
    [Fact(DisplayName = "EVENTS_MAX_PERIOD_HOURS opens and limits the period, and is in the refusal")]
    public async Task Configured()
    {
        var day = new DateTime(2025, 3, 2, 0, 0, 0, DateTimeKind.Utc);
        var late = await registry.Event(day.AddHours(23));

        Assert.Equal([late], (await Get($"date={day:s}")).Succeeded().Ids());
        (await Get($"date={day:s}&date_to={day.AddHours(25):s}"))
            .IsIlQueryFault("date_to", "invalid", "date_to must be after date and not more than 24 hours later", "[]");
    }

    private async Task<Answer> Get(string query) => await registry.Send("GET", $"{EventCase.Path}?{query}", await registry.Mis());

    public sealed class ADay(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["EVENTS_MAX_PERIOD_HOURS"] = "24" };
    }
}
