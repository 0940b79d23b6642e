using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace Esoz.Platform.Database;

/// <summary>The members of a record that map to columns: the parameters of its constructor and its settable properties.</summary>
internal static class RowMembers
{
    public static IReadOnlyList<PropertyInfo> Of(Type type)
    {
        var parameters = ConstructorOf(type).GetParameters().Select(parameter => type.GetProperty(parameter.Name!)!).ToList();
        return [.. parameters, .. type.GetProperties().Where(property => property.CanWrite && !parameters.Contains(property))];
    }

    public static ConstructorInfo ConstructorOf(Type type) => type.GetConstructors().Single();

    public static string ColumnOf(PropertyInfo member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);

    public static bool MayBeNull(PropertyInfo member) => new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable;

    /// <summary>The member that <c>record => record.Member</c> names.</summary>
    public static PropertyInfo Named(LambdaExpression member)
    {
        var named = member.Body is UnaryExpression { NodeType: ExpressionType.Convert } boxed ? boxed.Operand : member.Body;
        return (PropertyInfo)((MemberExpression)named).Member;
    }
}
