// SPDX-License-Identifier: Apache-2.0
//
// The operations that this server answers: a service adds its functions at start-up,
//
//   table.add<api::sagemaker::StopTrainingJob>(
//       [&](RequestContext& context, const api::sagemaker::StopTrainingJobRequest& input)
//           -> Outcome<NoOutput> { ... });
//
// and aws_handler.h looks them up by descriptor. Filled by one thread, then only read.
#pragma once

#include "aws/api_error.h"
#include "aws/authorization.h"
#include "aws/operation.h"
#include "aws/request_context.h"
#include "http/message.h"

#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tunesmith::aws {

/// One request's way in and out of its protocol. See protocol/codec.h for the implementations.
class Codec {
 public:
  virtual ~Codec() = default;
  /// Reads the request into `input` (of the operation's input shape, freshly made) and checks the
  /// model's constraints.
  virtual Outcome<void> decode(const OperationDescriptor& operation, void* input) = 0;
  /// The answer; `output` (of the operation's output shape) may be moved from.
  virtual http::Response encode(const OperationDescriptor& operation, void* output) = 0;
  virtual http::Response refuse(const ApiError& error) = 0;
};

/// An operation bound to the function that carries it out. Thread safe.
class BoundOperation {
 public:
  virtual ~BoundOperation() = default;
  virtual http::Response run(RequestContext& context, Codec& codec) const = 0;
  virtual const OperationDescriptor& descriptor() const = 0;
  bool quick = false;
};

class OperationTable {
 public:
  /// Input is not const, because one with a streaming body is read.
  template <class Op>
  using Function =
      std::function<Outcome<typename Op::Output>(RequestContext&, typename Op::Input&)>;

  struct Options {
    /// True when the function never waits (for disk, lock or process): it may run on a network
    /// thread.
    bool quick = false;
  };

  template <class Op>
  void add(Function<Op> function, Options options);
  template <class Op>
  void add(Function<Op> function) {
    add<Op>(std::move(function), Options{});
  }

  /// Null when nobody added it.
  const BoundOperation* find(const OperationDescriptor& descriptor) const {
    const auto at = operations_.find(&descriptor);
    return at == operations_.end() ? nullptr : at->second.get();
  }

 private:
  std::unordered_map<const OperationDescriptor*, std::unique_ptr<BoundOperation>> operations_;
};

template <class Op>
void OperationTable::add(Function<Op> function, Options options) {
  class Bound final : public BoundOperation {
   public:
    explicit Bound(Function<Op> f) : function_(std::move(f)) {}
    http::Response run(RequestContext& context, Codec& codec) const override {
      typename Op::Input input{};
      if (auto decoded = codec.decode(Op::descriptor(), &input); !decoded) {
        return refuse(context, codec, decoded.error());
      }
      if (auto allowed = authorize_operation(context, Op::descriptor(), &input); !allowed) {
        return refuse(context, codec, allowed.error());
      }
      Outcome<typename Op::Output> outcome = function_(context, input);
      if (!outcome) return refuse(context, codec, outcome.error());
      return codec.encode(Op::descriptor(), &*outcome);
    }
    const OperationDescriptor& descriptor() const override { return Op::descriptor(); }

   private:
    static http::Response refuse(RequestContext& context, Codec& codec, const ApiError& error) {
      context.error_code = error.code;
      http::Response refusal = codec.refuse(error);
      for (const auto& [name, value] : error.headers) refusal.headers.add(name, value);
      return refusal;
    }

    Function<Op> function_;
  };
  auto bound = std::make_unique<Bound>(std::move(function));
  bound->quick = options.quick;
  operations_[&Op::descriptor()] = std::move(bound);
}

}  // namespace tunesmith::aws
