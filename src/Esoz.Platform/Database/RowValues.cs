using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Esoz.Platform.Json;

namespace Esoz.Platform.Database;

/// <summary>
/// Maps a body to columns: every member is the value of the column with its name in snake_case, so that a new member is written without
/// further code. <c>INSERT INTO t ({Columns}) VALUES ({Places})</c>, <c>UPDATE t SET ({Columns}) = ({Places})</c>.
/// </summary>
/// <param name="firstPlace">Number of the first parameter to use; the statement itself uses those before it.</param>
/// <param name="except">Members that are not columns.</param>
public sealed class RowValues<T>(int firstPlace, params Expression<Func<T, object?>>[] except)
{
    private List<PropertyInfo> Members { get; } =
        [.. RowMembers.Of(typeof(T)).ExceptBy(except.Select(member => RowMembers.Named(member).Name), member => member.Name)];

    /// <summary>Names of the columns.</summary>
    public string Columns => string.Join(", ", Members.Select(RowMembers.ColumnOf));

    /// <summary>Their parameters in the same order.</summary>
    public string Places => string.Join(", ", Members.Select(member => PlaceOf(member) + (IsJson(member) ? "::jsonb" : "")));

    /// <summary>Number of the first parameter after them.</summary>
    public int Next => firstPlace + Members.Count;

    /// <summary>The parameter of one member.</summary>
    public string Place(Expression<Func<T, object?>> member) => PlaceOf(RowMembers.Named(member));

    /// <summary>Values of the parameters.</summary>
    public IEnumerable<object?> Of(T body) =>
        from member in Members
        let value = member.GetValue(body)
        select value is RawJson json ? Encoding.UTF8.GetString(json.Utf8.Span) : value;

    private string PlaceOf(PropertyInfo member) => $"${firstPlace + Members.IndexOf(member)}";

    private static bool IsJson(PropertyInfo member) => member.PropertyType == typeof(RawJson) || member.PropertyType == typeof(RawJson?);
}
