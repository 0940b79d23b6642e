namespace Esoz.Tests.Events;

/// <summary>Get events by ID (events §3).</summary>
public sealed class GetEventTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The event is an object with the members of the list, whatever legal entity it belongs to")]
    public async Task Gets()
    {
        var id = await registry.Event(new DateTime(2026, 1, 5, 9, 0, 0, DateTimeKind.Utc));
        var mis = await registry.Mis();

        var answer = (await registry.Send("GET", $"{EventCase.Path}/{id}", mis)).Succeeded();

        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("object", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        var listed = (await registry.Send("GET", $"{EventCase.Path}?date=2026-01-05T09:00:00Z", mis)).Succeeded();
        Assert.Equal(listed.Data[0].GetRawText(), answer.Data.GetRawText());
        Assert.Equal(
            ["id", "event_type", "entity_type", "entity_id", "properties", "event_time", "changed_by"],
            answer.Data.EnumerateObject().Select(member => member.Name));
    }

    [Theory(DisplayName = "An unknown id, and one that is not a uuid")]
    [InlineData("17")]
    [InlineData("00000000-0000-4000-8000-000000000000")]
    public async Task Unknown(string id) =>
        (await registry.Send("GET", $"{EventCase.Path}/{id}", await registry.Mis())).IsIlRefusal(404, "not_found", "Event not found");
}
